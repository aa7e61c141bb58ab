"""When to report. Pure: the time is an argument, and randomness comes as an argument."""
