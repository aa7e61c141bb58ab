"""The rules: no SQL, no HTTP."""
