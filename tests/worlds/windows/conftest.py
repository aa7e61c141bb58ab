"""A real server on Linux, and a laptop with Windows under Wine that reports to it."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.displays import virtual_display
from tests.end_to_end import conftest as end_to_end
from tests.end_to_end.site import Site
from tests.waiting import wait_until
from tests.worlds.windows.laptop import SIZE, Running, WindowsLaptop
from tests.worlds.windows.wine import Wine, cache, windows_path

from wfhagent.system.compiled import WINDOWLESS_PROGRAM, WINDOWS_PROGRAM
from wfhserver.demo.certificate import make_certificate
from wfhserver.testing import StillClock, TestServer

cluster_url = end_to_end.cluster_url
INSTALLED = "Program Files/wfhagent"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--compiled", type=Path, help="the folder of a compiled agent to play with")


@pytest.fixture(scope="module")
def site(
    cluster_url: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Site]:
    """A server that runs; its certificate is for localhost."""
    folder = tmp_path_factory.mktemp("server")
    name = request.module.__name__.rpartition(".")[2]
    TestServer(Path(), StillClock(), cluster_url).execute(f"CREATE DATABASE {name}")
    database = cluster_url.replace("/wfhserver?", f"/{name}?")
    with ExitStack() as stack:
        certificate = make_certificate(tmp_path_factory.mktemp("tls"))
        made = Site(folder, database, certificate, end_to_end.free_port(), stack)
        made.administrate("db", "upgrade")
        made.start_server()
        yield made


@pytest.fixture(scope="module")
def wine() -> Iterator[Wine]:
    """Windows, with its desktop on a display."""
    with virtual_display("x".join(map(str, SIZE))) as (display, _):
        wine = Wine(cache(), display)
        desktop = Running(wine.start("explorer", f"/desktop=wfh,{'x'.join(map(str, SIZE))}"))
        yield wine
        wine.end()
        desktop.end()


@pytest.fixture(scope="module")
def compiled(wine: Wine, pytestconfig: pytest.Config) -> dict[str, tuple[str, ...]]:
    """The commands of the compiled agent, laid out in the laptop; none to run it from source."""
    folder: Path | None = pytestconfig.getoption("--compiled")
    target = wine.drive / INSTALLED
    shutil.rmtree(target, ignore_errors=True)
    if folder is None:
        return {}
    shutil.copytree(folder, target)
    there = "C:\\" + INSTALLED.replace("/", "\\")
    return {
        "program": (rf"{there}\{WINDOWS_PROGRAM}",),
        "windowless": (rf"{there}\{WINDOWLESS_PROGRAM}",),
    }


@pytest.fixture(scope="module")
def laptop(wine: Wine, site: Site, compiled: dict[str, tuple[str, ...]]) -> Iterator[WindowsLaptop]:
    """A laptop that is not enrolled yet. Its notice is required; its token goes to the keyring."""
    with ExitStack() as stack:
        made = WindowsLaptop(wine, stack, **compiled)
        authority = windows_path(site.certificate.authority)
        token = site.administrate("tokens", "create", "--label", "laptops")
        made.configure("server", url=f"https://localhost:{site.port}", ca_file=authority)
        made.configure("server", auth_token=token)
        made.configure("agent", data_directory=r"C:\wfh\data")
        made.configure("heartbeat", interval_seconds=5)
        made.configure("plugins", directory=r"C:\wfh\plugins")
        made.configure("notice", text="Your team lead sees it.", required=True)
        # The two daily logs come at random times, so these tests take logs by command.
        made.configure("detailed_log", start="00:00", end="00:01")
        wait_until(lambda: made.window("wfh"), "the desktop")
        yield made
        # Their child processes keep their output open.
        wine.end()
