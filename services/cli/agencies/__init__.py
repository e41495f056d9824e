"""Agencies on NATS: who they are, what each is told, their keys, their guide, and the proof of what they may."""
