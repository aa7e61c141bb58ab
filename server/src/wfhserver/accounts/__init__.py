"""Users, teams, sign-in and API keys."""
