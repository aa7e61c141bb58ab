"""Signed repositories for apt and dnf, made of the packages of `make deb` and `make rpm`."""
