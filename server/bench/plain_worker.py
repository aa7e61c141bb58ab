"""One worker of the server, set by the environment: `plain_worker.py PORT [no-thumbnails]`."""

import sys

import uvicorn
from PIL.Image import Image

from wfhserver.app import create_app_from_environment
from wfhserver.service import pictures


def main() -> None:
    """Serve until ended; without thumbnails it is the yardstick of what they cost."""
    if sys.argv[2:]:
        pictures._thumbnail_of = _none  # noqa: SLF001 -- there is no setting for it
    uvicorn.run(
        create_app_from_environment,
        factory=True,
        port=int(sys.argv[1]),
        log_level="error",
        access_log=False,
    )


def _none(picture: Image) -> bytes | None:
    del picture
    return None


if __name__ == "__main__":
    main()
