"""wfhagent: the agent on the laptop."""

__version__ = "0.1.0"
