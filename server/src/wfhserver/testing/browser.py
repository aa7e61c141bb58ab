"""The server under test at a real address, and Debian's Chromium."""

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from shutil import which
from typing import Any

import uvicorn
from playwright.sync_api import Browser, sync_playwright
from starlette.routing import BaseRoute

from wfhserver.app import create_app
from wfhserver.settings import Settings
from wfhserver.testing.server import TestServer

CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def serving(
    server: TestServer,
    settings_at: Callable[[str], dict[str, Any]] = lambda _: {},
    *,
    routes: Sequence[BaseRoute] = (),
) -> Iterator[str]:
    """Serve *server* at the time of its clock; yield the address, on which settings may depend.

    *routes* come before those of the server.
    """
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        # From here on: a request that comes before the server has started waits for it.
        listener.listen(100)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        chosen = Settings(**server.settings, **settings_at(address))
        app = create_app(chosen, clock=server.clock)
        app.router.routes[:0] = routes
        uvicorn_server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="on"))
        thread = threading.Thread(target=uvicorn_server.run, args=([listener],))
        thread.start()
        try:
            yield address
        finally:
            uvicorn_server.should_exit = True
            thread.join()


def chromium_program() -> str:
    """Return the path of the browser without windows; RuntimeError says how to install it."""
    name = "chromium-headless-shell"
    program = which(name)
    if program is None:
        raise RuntimeError(f"{name} is missing: apt-get install {name}")
    return program


@contextmanager
def chromium() -> Iterator[Browser]:
    """Yield a browser; RuntimeError where there is none."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_program(), args=[*CHROMIUM_ARGUMENTS]
        )
        yield browser
        browser.close()
