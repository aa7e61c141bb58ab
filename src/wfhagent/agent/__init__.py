"""The agent that runs on the device: its loop, its working days, its health."""
