"""`python -m services.reporting` runs the service."""

from services.reporting.app import SERVICE
from services.reporting.composition import extend
from shared.process.main import run

if __name__ == "__main__":
    run(SERVICE, extend)
