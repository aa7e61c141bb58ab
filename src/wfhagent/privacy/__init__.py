"""What is collected, as pages for people, made from what the plugins declare."""
