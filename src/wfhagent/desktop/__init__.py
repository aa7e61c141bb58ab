"""The desktop session: notifications, questions, permissions."""
