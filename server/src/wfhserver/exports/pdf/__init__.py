"""The PDF of detailed logs: drawn by a process of its own, whose memory goes with it."""
