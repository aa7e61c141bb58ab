"""A made-up company for demos, screenshots of the dashboard and tests; the seed determines it."""
