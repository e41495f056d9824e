"""`python -m services.awards` runs the service."""

from services.awards.app import SERVICE
from shared.process.running import run

if __name__ == "__main__":
    run(SERVICE)
