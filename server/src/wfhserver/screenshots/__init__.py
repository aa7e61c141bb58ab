"""Where screenshots are kept, by key: a folder, or a bucket of an S3-compatible store."""
