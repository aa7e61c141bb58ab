"""Whether there is a good backup: the one place of the checklist that knows where backups are."""

from datetime import datetime

from wfhserver.alerts.server_checks import backup_problem
from wfhserver.messages import _
from wfhserver.settings import Settings


def missing_backup(settings: Settings, now: datetime) -> str | None:
    """Return why no good backup is known; None when there is one."""
    if settings.backup_directory is None:
        return _("No backup is known. WFHSERVER_BACKUP_DIRECTORY is not set.")
    return backup_problem(settings.backup_directory, now)
