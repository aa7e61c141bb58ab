"""Employees and teams for identity providers, by SCIM 2.0 (RFC 7643 and RFC 7644)."""
