"""What the dashboard calls, with a session's cookie."""
