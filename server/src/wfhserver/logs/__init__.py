"""Detailed logs: storing, listing, filtering, viewing."""
