"""PostgreSQL: all SQL of the server, and its migrations."""
