"""Where a caller is, by its address."""
