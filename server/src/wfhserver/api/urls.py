"""Addresses that answers carry; see `wfhserver.models.urls`."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ImageUrls:
    """Addresses of the images of logs below *base*."""

    base: str

    def screenshot(self, log_id: str) -> str:
        """See LogUrls.screenshot."""
        return f"{self.base}/{log_id}/screenshot"

    def thumbnail(self, log_id: str, audit_id: int | None) -> str:
        """See LogUrls.thumbnail."""
        on = "" if audit_id is None else f"?on={audit_id}"
        return f"{self.base}/{log_id}/thumbnail{on}"


@dataclass(frozen=True, slots=True)
class ApiUrls:
    """See Urls."""

    logs: ImageUrls = ImageUrls("/api/logs")
    own_logs: ImageUrls = ImageUrls("/api/my-data/logs")
    oidc_callback: str = "/api/oidc/callback"

    def export_file(self, job_id: UUID) -> str:
        """See Urls.export_file."""
        return f"/api/exports/{job_id}/file"

    def set_password(self, token: str) -> str:
        """See Urls.set_password. What is behind `#` reaches no log of any server."""
        return f"/set-password#{token}"

    def my_data(self, code: str) -> str:
        """See Urls.my_data. What is behind `#` reaches no log of any server."""
        return f"/my-data#{code}"
