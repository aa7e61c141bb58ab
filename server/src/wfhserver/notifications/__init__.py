"""Delivery of messages: channels, e-mail, webhooks, chat services, and the outbox."""
