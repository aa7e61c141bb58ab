"""The checklist that leads an administrator from an empty server to a first device and a backup."""
