"""CSV, PDF and ZIP files."""
