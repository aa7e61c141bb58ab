"""Who this device is to the server, and the keyring that keeps it."""
