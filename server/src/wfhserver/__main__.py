"""`python -m wfhserver`."""

from wfhserver.processes import keep_working_directory_out

# Before anything is imported that could be taken from there.
keep_working_directory_out()

from wfhserver.cli import main  # noqa: E402

main()
