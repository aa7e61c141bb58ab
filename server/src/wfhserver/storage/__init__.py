"""The only code that knows where rows are kept."""
