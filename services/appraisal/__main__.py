"""`python -m services.appraisal` runs the service."""

from services.appraisal.app import SERVICE
from shared.process.main import run

if __name__ == "__main__":
    run(SERVICE)
