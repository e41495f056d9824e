"""The registry's tests: pure, told in sentences."""
