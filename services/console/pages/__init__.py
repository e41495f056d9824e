"""The pages: each shows what a query answers, or sends what a command asks for."""
