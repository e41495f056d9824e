"""From a log to one pure function: followers, projections and policies, each from a durable place of its own."""
