"""The life of a service process: settings, clock, connections, health, drain."""
