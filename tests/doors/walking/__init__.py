"""Walks of officers who try to pass the scheme's controls, and the law that their traces must keep."""
