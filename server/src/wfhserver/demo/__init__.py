"""The whole system on one machine, for a first look: real PostgreSQL, real TLS, a real agent."""
