"""Numbers that outlive a restart: the last `seq`, and what was dropped."""

import sqlite3

SERVER_KEEPS = "server_retention_days"
PLUGINS_REPORTED = "plugins_reported"


class Counters:
    """The table `counters`; writing joins the caller's transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def get(self, name: str) -> int:
        """Return the counter, 0 before it was set."""
        row = self._db.execute("SELECT value FROM counters WHERE name = ?", (name,)).fetchone()
        return 0 if row is None else int(row[0])

    def set(self, name: str, value: int) -> None:
        """Set the counter."""
        self._db.execute("INSERT OR REPLACE INTO counters VALUES (?, ?)", (name, value))

    def add(self, name: str, count: int) -> None:
        """Count *count* more."""
        if count:
            self.set(name, self.get(name) + count)
