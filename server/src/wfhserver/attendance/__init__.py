"""Device activity of employees by day: counted from heartbeats, shown and exported."""
