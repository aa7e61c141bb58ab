"""Hears from the operating system that the session ends, and holds it up for a while."""
