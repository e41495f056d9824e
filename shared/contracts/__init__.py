"""What anybody can be asked, and what they tell: the language of the four services."""
