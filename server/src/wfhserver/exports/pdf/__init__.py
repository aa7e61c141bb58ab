"""The PDF of detailed logs, drawn by a separate process: its memory is freed when it ends."""
