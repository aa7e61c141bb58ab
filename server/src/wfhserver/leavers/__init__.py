"""Employees who leave the company: one action, and its undo."""
