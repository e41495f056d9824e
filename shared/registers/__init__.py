"""Registers: tables as people write them, their rows as commands, and the forms that are filled in away from here."""
