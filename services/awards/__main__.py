"""`python -m services.awards` runs the service."""

from services.awards.app import SERVICE
from services.awards.composition import extend
from shared.process.main import run

if __name__ == "__main__":
    run(SERVICE, extend)
