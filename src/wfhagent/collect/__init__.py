"""Asks collectors one by one, each with a time limit; a failure is a value, never an exception."""
