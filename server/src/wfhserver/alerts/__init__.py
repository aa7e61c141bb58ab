"""Alerts: rules, when they hold, and who gets a message about it."""
