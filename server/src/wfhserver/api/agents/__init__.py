"""What agents call; docs/protocol.md is the contract."""
