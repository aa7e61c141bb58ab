"""Employees, their days, and their own access to their data."""
