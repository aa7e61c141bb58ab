"""Readiness, and counts for monitoring."""
