"""The page on which people see what their machine sent, made on the spot from the outbox."""
