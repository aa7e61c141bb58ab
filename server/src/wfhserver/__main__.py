"""`python -m wfhserver`."""

from wfhserver.cli import main

main()
