"""What a plugin author is given to begin with."""
