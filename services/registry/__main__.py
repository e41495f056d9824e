"""`python -m services.registry` runs the service."""

from services.registry.app import SERVICE
from shared.process.main import run

if __name__ == "__main__":
    run(SERVICE)
