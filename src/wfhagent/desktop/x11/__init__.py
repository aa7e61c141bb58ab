"""The display of an X session, by its own libraries."""
