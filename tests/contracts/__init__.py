"""What was recorded once must load for ever."""
