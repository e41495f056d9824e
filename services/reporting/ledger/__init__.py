"""The ledger of all that happened, its tree, the heads of all streams, the witness, and bundles of proofs."""
