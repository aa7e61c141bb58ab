"""Looks at an installation from all sides; `wfhagent doctor` and `wfhagent report` show it."""
