"""This process and its children: locks, memory, streams, logging."""
