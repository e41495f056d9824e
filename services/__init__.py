"""The four services and the command line, each in a package of its own."""
