"""Heartbeats, and who is online now."""
