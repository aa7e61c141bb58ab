"""The icon in the panel: a process of its own that reads the agent's status and draws it."""
