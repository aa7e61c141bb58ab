"""Backups of database, screenshots and settings: made, verified and restored."""
