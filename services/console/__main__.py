"""`python -m services.console` runs the web front."""

from services.console.running import run

if __name__ == "__main__":
    run()
