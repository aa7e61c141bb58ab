"""Other people's code in a process of its own: it can hang, crash or bloat nobody but itself."""
