"""The server's image, from its build to an upgrade, with a real PostgreSQL and a real agent.

The tests go on where the one before ended.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.agent_toml import write_agent_toml
from tests.end_to_end.conftest import free_port
from tests.waiting import wait_until
from tests.worlds.image.buildah import USER, Buildah, Container
from tests.worlds.image.postgres import Database, running_postgres
from tests.worlds.roots import REPOSITORY

sys.path.insert(0, str(REPOSITORY / "packaging"))

import image

IMAGE, NEXT = "localhost/wfhserver:0.1.0", "localhost/wfhserver:0.1.1"
ROLE_PASSWORD = "the server's: / ? @"

OWNER = "SELECT tableowner FROM pg_tables WHERE tablename = 'audit'"
MAY_CHANGE = "SELECT has_table_privilege('wfhserver', 'audit', 'UPDATE')"


@dataclass(frozen=True, slots=True)
class Site:
    """What stays when a container goes: volume, backups, secrets and database."""

    folder: Path
    database: Database
    port: int

    @property
    def server(self) -> dict[str, str]:
        """The environment of the server."""
        return {
            "WFHSERVER_DATABASE_URL": (
                f"postgresql://wfhserver@127.0.0.1:{self.database.port}/wfhserver"
            ),
            "PGPASSWORD": ROLE_PASSWORD,
            "BIND": f"127.0.0.1:{self.port}",
            "WEB_CONCURRENCY": "1",
        }

    def administrator(self, database: str = "wfhserver") -> dict[str, str]:
        """The environment of jobs."""
        return {
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.database.port),
            "PGUSER": "postgres",
            "PGPASSWORD": self.database.password,
            "WFHSERVER_DATABASE_URL": f"postgresql:///{database}",
        }


@pytest.fixture(scope="module")
def buildah() -> Buildah:
    made = Buildah()
    made.import_base()
    return made


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with ExitStack() as stack:
        made = stack.enter_context(tempfile.TemporaryDirectory(prefix="wfh-", dir="/var/tmp"))
        folder = Path(made)
        folder.chmod(0o755)
        for name in ("data", "backups", "other"):
            (folder / name).mkdir(mode=0o700)
            shutil.chown(folder / name, USER, USER)
        database = stack.enter_context(running_postgres(folder / "postgres", free_port()))
        yield Site(folder, database, free_port())


@pytest.fixture(scope="module")
def container(buildah: Buildah, site: Site) -> Iterator[Container]:
    context = image.lay_out(site.folder / "context")
    buildah.build(context, IMAGE)
    made = Container(buildah, IMAGE, site.folder / "data")
    yield made
    made.remove()


@contextmanager
def ready(container: Container, site: Site, name: str) -> Iterator[None]:
    """Start the server and wait for its health check."""
    journal = site.folder / f"{name}.log"
    with container.started(journal, site.server):
        try:
            wait_until(lambda: container.is_healthy(site.server), "a server that is ready")
        except AssertionError as error:
            raise AssertionError(journal.read_text()) from error
        yield


def heartbeats(site: Site, database: str = "wfhserver") -> int:
    return int(site.database.ask("SELECT count(*) FROM employee_heartbeats", database))


def start_agent(site: Site, stack: ExitStack, token: str) -> None:
    """Start an agent from source, which reports to the server in the container."""
    folder = site.folder / "laptop"
    folder.mkdir(exist_ok=True)
    url = f"http://127.0.0.1:{site.port}"
    settings = {
        "server": {"url": url, "allow_insecure_loopback": True, "auth_token": token},
        "agent": {"data_directory": str(folder / "data"), "keyring": False},
        "heartbeat": {"interval_seconds": 5},
        "detailed_log": {"start": "00:00", "end": "00:01"},
    }
    write_agent_toml(folder / "agent.toml", settings)
    command = [sys.executable, "-m", "wfhagent", "run", "--quiet", "--config"]
    agent = subprocess.Popen(
        [*command, str(folder / "agent.toml")],
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder)},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    stack.callback(agent.wait, 60)
    stack.callback(agent.terminate)


def test_the_image_has_a_user_a_health_check_and_no_secret(container: Container, buildah: Buildah):
    config = buildah.facts(IMAGE)["config"]

    assert config["User"] == f"{USER}:{USER}"
    assert config["Healthcheck"]["Test"] == ["CMD", "container-start", "check"]
    assert list(config["Volumes"]) == ["/data"]
    assert not [entry for entry in config["Env"] if "PASSWORD" in entry or "TOKEN" in entry]
    names = {path.name for path in (container.tree / "opt/wfhserver/bin").iterdir()}
    assert {"wfhserver", "gunicorn"} <= names
    assert not {name for name in names if name.startswith("pip")}
    (package,) = container.tree.glob("opt/wfhserver/lib/*/site-packages/wfhserver")
    assert (package / "dashboard_files/index.html").is_file()
    writable = [
        path for path in (container.tree / "opt").rglob("*")
        if not path.is_symlink() and path.stat().st_mode & 0o022
    ]  # fmt: skip
    assert writable == []


def test_without_a_database_it_says_what_to_set(container: Container):
    with pytest.raises(AssertionError, match="WFHSERVER_DATABASE_URL is not set"):
        container.run("serve", environment={})
    missing = {"PGPASSWORD_FILE": "/run/secrets/none"}
    with pytest.raises(AssertionError, match="PGPASSWORD_FILE names /run/secrets/none"):
        container.run("serve", environment=missing)


def test_migrate_makes_roles_schema_and_privileges_and_may_run_again(
    container: Container, site: Site
):
    environment = {**site.administrator(), "ROLE_PASSWORD": ROLE_PASSWORD}
    first = container.run("migrate", environment=environment)
    again = container.run("migrate", environment=environment)

    assert "(before: none)" in first
    assert "already" in again
    assert site.database.ask(OWNER) == "wfhserver_owner"
    assert site.database.ask(MAY_CHANGE) == "f"


def test_the_heartbeat_of_an_agent_is_stored(container: Container, site: Site):
    token = container.run(
        "tokens", "create", "--label", "laptops", environment=site.server
    ).splitlines()[-1]

    with ready(container, site, "first"), ExitStack() as stack:
        start_agent(site, stack, token)
        wait_until(lambda: heartbeats(site) > 0, "a heartbeat")

    log = (site.folder / "first.log").read_text()
    assert "Setup code:" in log
    assert "Traceback" not in log


def test_a_backup_is_made_verified_and_restored_into_an_empty_place(
    container: Container, site: Site
):
    backups = [f"{site.folder / 'backups'}:/backups"]
    environment = site.administrator()
    made = container.run("backup", "create", "/backups", environment=environment, volumes=backups)
    verified = container.run("backup", "verify", made, environment=environment, volumes=backups)
    assert "files are as they were written" in verified

    restored = container.run(
        "restore", made,
        environment={
            **site.administrator("restored"),
            "PGDATABASE": "restored",
            "WFHSERVER_SCREENSHOTS": "/other",
        },
        volumes=[*backups, f"{site.folder / 'other'}:/other"],
    )  # fmt: skip

    assert "Its audit is whole" in restored
    assert heartbeats(site, "restored") == heartbeats(site) > 0
    assert site.database.ask(OWNER, "restored") == "wfhserver_owner"
    assert site.database.ask(MAY_CHANGE, "restored") == "f"
    assert site.database.ask(MAY_CHANGE.replace("UPDATE", "INSERT"), "restored") == "t"


def test_a_new_version_takes_over_the_volume_and_the_database(
    buildah: Buildah, container: Container, site: Site
):
    source = site.folder / "source"
    shutil.copytree(REPOSITORY / "server" / "src", source / "src")
    project = (REPOSITORY / "server" / "pyproject.toml").read_text()
    (source / "pyproject.toml").write_text(
        project.replace('version = "0.1.0"', 'version = "0.1.1"')
    )
    buildah.build(image.lay_out(site.folder / "context", source), NEXT)
    before = heartbeats(site)
    new = Container(buildah, NEXT, site.folder / "data")

    assert "already" in new.run("migrate", environment=site.administrator())
    # The agent has its device token; the token of the enrollment is not needed again.
    with ready(new, site, "second"), ExitStack() as stack:
        start_agent(site, stack, "wfhe_ended")
        wait_until(lambda: heartbeats(site) > before, "a heartbeat")
    new.remove()

    assert "Setup code:" in (site.folder / "second.log").read_text()
