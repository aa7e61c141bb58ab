"""Packages around the folder that `make binary` builds: one module per kind of package."""
