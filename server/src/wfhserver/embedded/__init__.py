"""A PostgreSQL of the server's own, for the demo and for small installations.

It listens on a Unix socket only. Every process that uses it holds a shared lock; the first one
starts it and the last one stops it, so that `wfhserver tokens create` uses the
one of a server that is running.
"""
