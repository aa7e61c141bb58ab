"""The hot path of the heartbeats: group commit."""
