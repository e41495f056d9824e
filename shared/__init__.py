"""What is true for every service; knows none of them."""

VERSION = "0.1.0"
"""The version of the whole project; the packages and the documents of the doors carry it."""

SERVICES = ("registry", "appraisal", "awards", "reporting")
"""The four, each with a log of its own."""
