"""Rows that nobody else holds at the moment."""


def unlocked(rows: str) -> str:
    """Return the condition for *rows*, `FROM table WHERE ...`, that are not locked; locks them.

    By their places and not by a key in (SELECT ...): while PostgreSQL takes the table for small, it
    would run that subquery again for each row, and 10,000 rows took over ten seconds.
    """
    return f"ctid = ANY (ARRAY(SELECT ctid {rows} FOR UPDATE SKIP LOCKED))"
