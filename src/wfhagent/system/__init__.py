"""What the operating system knows: paths, owners, time zone, proxy."""
