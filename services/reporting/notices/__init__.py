"""Notices: what was done that concerns an officer, and what they have to do soon, as a page, a feed and mail.

No name of a person is in one: it says what happened to which thing of which unit, and where to look.
"""
