"""The registry keeps what units declare: themselves, their models, what becomes of these, and their reports.

It judges nothing and decides nothing; it follows the others only to know what has been decided meanwhile.
"""
