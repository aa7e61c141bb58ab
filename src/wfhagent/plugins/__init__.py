"""Finds plugins, checks them and says what became of each."""
