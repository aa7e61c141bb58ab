"""A company that does not exist, for a first look, for pictures and for tests; the same by seed."""
