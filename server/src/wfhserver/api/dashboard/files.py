"""Answers that are files: how they are documented, and how a screenshot is sent."""

from typing import Any

from starlette.responses import Response

from wfhserver.api.problem import NO_STORE
from wfhserver.logs.screenshot_views import ScreenshotFile

# An image, whatever a browser may take it for.
_SCREENSHOT_HEADERS = {**NO_STORE, "Content-Security-Policy": "default-src 'none'; sandbox"}


def file_answer(description: str, *media_types: str) -> dict[int | str, dict[str, Any]]:
    """Return what the document says of a file of one of *media_types*."""
    binary = {"schema": {"type": "string", "format": "binary"}}
    return {200: {"description": description, "content": dict.fromkeys(media_types, binary)}}


def attachment(file_name: str) -> dict[str, str]:
    """Return the headers of a file that a browser saves under that name and keeps nowhere else."""
    return {**NO_STORE, "Content-Disposition": f'attachment; filename="{file_name}"'}


def screenshot_response(shown: ScreenshotFile) -> Response:
    """Return a screenshot that a browser does not keep, and takes for nothing else."""
    return Response(shown.content, media_type=shown.media_type, headers=_SCREENSHOT_HEADERS)
