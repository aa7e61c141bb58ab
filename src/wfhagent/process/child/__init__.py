"""Other people's code in a process of its own: it can hang, crash or bloat nobody but itself."""

CHILD_COMMAND = "in-child"
"""How a child knows what it is. It is here, where asking for it loads nothing."""
