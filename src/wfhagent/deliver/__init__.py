"""From the outbox to the server: what to send, what an answer means, when to try again."""
