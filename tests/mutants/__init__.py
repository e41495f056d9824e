"""One-line mutants of what proofs rest on: the tests beside each have to notice it (`make mutants`)."""
