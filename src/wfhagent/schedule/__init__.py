"""When to report. Pure: it is told the time, and randomness comes as an argument."""
