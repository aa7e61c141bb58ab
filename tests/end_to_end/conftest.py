"""A real PostgreSQL for the session; server, certificate, network and laptop for each test."""

import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import pytest
from tests.end_to_end.forgetful_network import ForgetfulNetwork
from tests.end_to_end.site import Laptop, Site
from tests.scratch import open_folder

from wfhserver.demo.certificate import Certificate, make_certificate
from wfhserver.embedded.cluster import embedded_postgres
from wfhserver.testing import StillClock, TestServer

BACKGROUND = "#35618e"
_numbers = count(1)


def free_port() -> int:
    """Return a TCP port of loopback on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
        return number


@pytest.fixture(scope="session")
def cluster_url() -> Iterator[str]:
    with open_folder() as folder, embedded_postgres(folder) as url:
        yield url


@pytest.fixture
def database_url(cluster_url: str) -> str:
    name = f"site{next(_numbers)}"
    TestServer(Path(), StillClock(), cluster_url).execute(f"CREATE DATABASE {name}")
    return cluster_url.replace("/wfhserver?", f"/{name}?")


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def site(tmp_path: Path, database_url: str, certificate: Certificate) -> Iterator[Site]:
    """A server that is not started yet."""
    folder = tmp_path / "server"
    folder.mkdir()
    with ExitStack() as stack:
        made = Site(folder, database_url, certificate, free_port(), stack)
        made.administrate("db", "upgrade")
        yield made


@pytest.fixture
def network(site: Site) -> Iterator[ForgetfulNetwork]:
    made = ForgetfulNetwork(("127.0.0.1", site.port))
    yield made
    made.close()


@pytest.fixture
def make_laptop(tmp_path: Path, site: Site) -> Iterator[Callable[..., Laptop]]:
    """A laptop without a screen; environment variables may give it one."""
    with ExitStack() as stack:

        def make(**environment: str) -> Laptop:
            folder = tmp_path / "laptop"
            (folder / "plugins").mkdir(parents=True)
            laptop = Laptop(folder, {}, {"PATH": os.environ["PATH"], **environment}, stack)
            laptop.configure("server", url=site.url, ca_file=str(site.certificate.authority))
            token = site.administrate("tokens", "create", "--label", "laptops")
            laptop.configure("server", auth_token=token)
            laptop.configure("agent", data_directory=str(folder / "data"), keyring=False)
            laptop.configure("heartbeat", interval_seconds=5)
            laptop.configure("plugins", directory=str(folder / "plugins"))
            # The two daily logs come at random times, so these tests take logs by command.
            laptop.configure("detailed_log", start="00:00", end="00:01")
            return laptop

        yield make


@pytest.fixture
def laptop(make_laptop: Callable[..., Laptop]) -> Laptop:
    return make_laptop()


@pytest.fixture
def laptop_with_screen(make_laptop: Callable[..., Laptop], virtual_screen: str) -> Laptop:
    subprocess.run(
        ["xsetroot", "-solid", BACKGROUND],
        check=True,
        env={**os.environ, "DISPLAY": virtual_screen},
    )
    return make_laptop(DISPLAY=virtual_screen, XDG_SESSION_TYPE="x11")
