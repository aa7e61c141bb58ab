"""Agents on devices: enrollment, tokens, authentication, blocks."""
