"""Reporting keeps what everybody reads: the ledger of all that happened, and what follows from it.

Its verb is to report: figures, lists and histories, each as known at any size of the ledger.
"""
