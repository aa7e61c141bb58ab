"""Deletion after the retention period, legal holds, erasure."""
