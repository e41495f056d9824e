"""Forms: every act as people fill it in, made from what the service publishes of it and from one table of words."""
