"""One worker of the server, set by the environment: `plain_worker.py PORT [no-thumbnails]`."""

import os
import sys
from pathlib import Path

import uvicorn

from wfhserver.app import create_app_from_environment
from wfhserver.screenshots import image_decoder


def main() -> None:
    """Serve until ended; without thumbnails it is the yardstick of what they cost."""
    if sys.argv[2:]:
        # There is no setting for it.
        os.environ["PYTHONPATH"] = str(Path(__file__).parent)
        image_decoder._MODULE = "plain_decoder"  # noqa: SLF001
    uvicorn.run(
        create_app_from_environment,
        factory=True,
        port=int(sys.argv[1]),
        log_level="error",
        access_log=False,
    )


if __name__ == "__main__":
    main()
