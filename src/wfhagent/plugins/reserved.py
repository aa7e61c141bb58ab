"""Names that no plugin can have, since agent.toml gives them another meaning."""

RESERVED = frozenset({"directory", "disabled", "enabled", "trusted", "trusted_keys"})
"""The keys of `[plugins]`: a table `[plugins.trusted]` lists hashes, and configures no plugin."""
