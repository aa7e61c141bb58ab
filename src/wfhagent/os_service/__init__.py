"""How the operating system starts the agent of one user, and keeps it running."""
