"""`python -m services.appraisal` runs the service."""

from services.appraisal.app import SERVICE
from shared.process.running import run

if __name__ == "__main__":
    run(SERVICE)
