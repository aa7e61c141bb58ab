"""A capacity test: many simulated agents drive a real server over HTTP."""
