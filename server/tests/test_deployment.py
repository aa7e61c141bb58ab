"""docs/deploy-ubuntu.md, typed as it is: nginx, Gunicorn, PostgreSQL, backup and restore."""

import asyncio
import itertools
import re
import shutil
import ssl
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from server.tests.machine import DOMAIN, Machine, blocks_of_page

from wfhserver.backup.folder import made_at, name_of
from wfhserver.clock import SystemClock
from wfhserver.testing import bearer, log_request, screenshot_bytes

pytestmark = pytest.mark.end_to_end

LAPTOPS = 200
# No laptop sends a number twice.
SEQ = itertools.count(1)
STOPS = '"message": "Shutting down"'
_TABLES = """
SELECT c.oid::regclass FROM pg_class AS c
 WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace
 ORDER BY 1
"""


@pytest.fixture(scope="module")
def page() -> dict[int, list[str]]:
    return blocks_of_page()


@pytest.fixture(scope="module")
def printed(machine: Machine, page: dict[int, list[str]]) -> dict[int, list[str]]:
    """What the blocks of the steps 1 to 7 print: from nothing to the first heartbeat."""
    return {step: [machine.type(block) for block in page[step]] for step in range(1, 8)}


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    with Machine() as machine:
        yield machine


@pytest.fixture(scope="module")
def laptops(machine: Machine, printed: dict[int, list[str]]) -> dict[str, str]:
    """The tokens of an office full of laptops, which all have enrolled at once."""
    return asyncio.run(enrolled(machine))


async def enrolled(machine: Machine) -> dict[str, str]:
    token = machine.type('echo "$TOKEN"').strip()

    async def enroll(client: httpx.AsyncClient, number: int) -> tuple[str, str]:
        body = {
            "agent_id": str(UUID(int=number + 1)),
            "username": f"user-{number}",
            "hostname": "office",
            "platform": "Linux",
            "agent_version": "0.1.0",
        }
        while True:
            answer = await client.post("/api/enroll", json=body, headers=bearer(token))
            if answer.status_code != 503:  # So many at once: agents ask again.
                break
        assert answer.status_code == 201, answer.text
        return f"user-{number}", answer.json()["token"]

    async with browser(machine) as client:
        return dict(await asyncio.gather(*(enroll(client, n) for n in range(LAPTOPS))))


@asynccontextmanager
async def browser(machine: Machine) -> AsyncIterator[httpx.AsyncClient]:
    """A client that trusts the machine's authority, and finds its name without a DNS."""
    trust = ssl.create_default_context(cafile=str(machine.root / "authority.pem"))

    async def name(request: httpx.Request) -> None:
        request.extensions["sni_hostname"] = DOMAIN
        request.headers["Host"] = DOMAIN

    async with httpx.AsyncClient(
        base_url=f"https://127.0.0.1:{machine.ports['https']}",
        verify=trust,
        event_hooks={"request": [name]},
        timeout=30,
        limits=httpx.Limits(max_connections=32, max_keepalive_connections=32),
    ) as client:
        yield client


def ask(machine: Machine, method: str, path: str, **request: Any) -> httpx.Response:
    async def main() -> httpx.Response:
        async with browser(machine) as client:
            return await client.request(method, path, **request)

    return asyncio.run(main())


def heartbeat_of(username: str) -> dict[str, Any]:
    now, seq = SystemClock().now().isoformat(), next(SEQ)
    return {"username": username, "hostname": "office", "status": "online",
            "timestamp": now, "seq": seq}  # fmt: skip


def test_the_page_leads_from_nothing_to_a_heartbeat_that_is_stored(
    machine: Machine, printed: dict[int, list[str]]
) -> None:
    assert '"ready":true' in printed[5][0]
    assert '"alive":true' in printed[6][0]
    code, password, _, heartbeat = printed[7]
    assert re.search(r"^Setup code: (\w{4}-){3}\w{4}$", code, re.MULTILINE)
    assert re.fullmatch(r"[\w-]{20}\n", password)
    assert '"accepted":1' in heartbeat
    assert re.search(r"^a1\talice\tlaptop-7\te1\t\d{4}-", heartbeat, re.MULTILINE)
    assert machine.psql("SELECT count(*) FROM heartbeats_by_employee") == "1"


def test_a_laptop_is_asked_to_keep_its_connection_until_its_next_heartbeat(
    machine: Machine, laptops: dict[str, str]
) -> None:
    answer = ask(machine, "POST", "/api/heartbeat", json=heartbeat_of("user-1"),
                 headers=bearer(laptops["user-1"]))  # fmt: skip

    assert answer.headers["keep-alive"] == "timeout=320"


@pytest.fixture(scope="module")
def log_sent(machine: Machine, laptops: dict[str, str]) -> tuple[list[int], bytes]:
    """What two attempts to send the same log are answered with, and its screenshot."""
    image, now = screenshot_bytes(), SystemClock().now()
    fields = {"username": "user-0", "hostname": "office", "workday": f"{now:%Y-%m-%d}",
              "timestamp": now.isoformat()}  # fmt: skip
    request = log_request(laptops["user-0"], image, **fields)
    return [ask(machine, "POST", "/api/log", **request).status_code for _ in range(2)], image


def screenshot_of(machine: Machine) -> str:
    return machine.psql("SELECT screenshot_path FROM employee_logs")


def test_a_log_with_its_screenshot_comes_through_nginx(
    machine: Machine, log_sent: tuple[list[int], bytes]
) -> None:
    answers, image = log_sent

    assert answers == [201, 200]
    stored = machine.root / "var/data/screenshots" / screenshot_of(machine)
    assert stored.read_bytes() == image


def test_an_office_behind_one_address_is_not_stopped_but_a_token_that_floods_is(
    machine: Machine, laptops: dict[str, str]
) -> None:
    async def main() -> tuple[set[int], list[int]]:
        async with browser(machine) as client:

            async def send(username: str) -> int:
                answer = await client.post(
                    "/api/heartbeat",
                    json=heartbeat_of(username),
                    headers=bearer(laptops[username]),
                )
                return answer.status_code

            office = await asyncio.gather(*map(send, laptops))
            flood = await asyncio.gather(*(send("user-1") for _ in range(100)))
            return set(office), flood

    office, flood = asyncio.run(main())

    assert office == {200}
    assert set(flood) == {200, 429}
    assert flood.count(200) < 70


def test_what_a_caller_says_of_its_own_address_is_dropped(
    machine: Machine, laptops: dict[str, str]
) -> None:
    claims = {"X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.9"}

    answer = ask(machine, "GET", "/api/whereami", headers={**bearer(laptops["user-2"]), **claims})
    metrics = ask(machine, "GET", "/metrics", headers=claims)

    assert answer.json()["public_ip"] is None
    assert metrics.status_code == 404


def test_nothing_but_good_tls_is_spoken(machine: Machine, printed: dict[int, list[str]]) -> None:
    port = machine.ports["https"]

    def handshake(*options: str) -> str:
        command = ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername", DOMAIN]
        done = subprocess.run(
            [*command, *options], input="", capture_output=True, text=True, check=False, timeout=30
        )
        return done.stdout

    old = handshake("-tls1_1", "-cipher", "ALL:@SECLEVEL=0")
    no_secrecy = handshake("-tls1_2", "-cipher", "AES128-GCM-SHA256")
    good = [handshake("-tls1_2"), handshake("-tls1_3")]
    plain = httpx.get(f"http://127.0.0.1:{machine.ports['http']}/x", headers={"Host": DOMAIN})
    page = ask(machine, "GET", "/healthz")

    assert "Cipher is (NONE)" in old
    assert "Cipher is (NONE)" in no_secrecy
    assert all("Cipher is (NONE)" not in each for each in good)
    assert "ECDSA" in good[0]
    assert (plain.status_code, plain.headers["location"]) == (308, f"https://{DOMAIN}/x")
    assert page.headers["strict-transport-security"] == "max-age=63072000"
    assert page.headers["server"] == "nginx"


def test_bodies_that_no_agent_sends_end_at_nginx(machine: Machine, laptops: dict[str, str]) -> None:
    # In KiB, each a little over what nginx lets through.
    paths = {"/api/enroll": 17, "/api/heartbeat": 4097, "/api/log": 12289, "/api/users": 1025}

    for path, kilobytes in paths.items():
        answer = ask(machine, "POST", path, content=b" " * kilobytes * 1024)
        assert (answer.status_code, answer.headers["content-type"]) == (413, "text/html")


def test_a_person_signs_in_and_the_cookie_is_for_tls_only(
    machine: Machine, printed: dict[int, list[str]]
) -> None:
    answer = signed_in(machine, printed)

    assert answer.status_code == 200
    assert "; Secure" in answer.headers["set-cookie"]


def test_the_servers_role_can_do_its_work_and_no_more(
    machine: Machine, printed: dict[int, list[str]]
) -> None:
    for forbidden in (
        "CREATE TABLE mine (x int)",
        "CREATE TEMP TABLE mine (x int)",
        "ALTER TABLE agents ADD COLUMN x int",
        "DROP TABLE employee_logs",
        "TRUNCATE employee_logs",
        "UPDATE audit SET actor = 'nobody'",
        "DELETE FROM audit",
        "TRUNCATE audit",
        "UPDATE audit_head SET forgotten_id = 1",
        "UPDATE audit_head SET retention_days = 1",
        "DELETE FROM audit_removed",
        "INSERT INTO audit_removed VALUES (1, now(), NULL, '')",
        "UPDATE alembic_version SET version_num = '0'",
        "SET ROLE wfhserver_owner",
        "SELECT drop_day_partition('agents', '2026-11-23')",
        "COPY agents TO PROGRAM 'cat'",
    ):
        with pytest.raises(AssertionError, match="ERROR"):
            machine.psql(forbidden, role="wfhserver")
    made = machine.psql(
        "SELECT make_day_partition('employee_logs', '2031-01-01');"
        " SELECT tableowner FROM pg_tables WHERE tablename = 'employee_logs_20310101';"
        " SELECT drop_day_partition('employee_logs', '2031-01-01')",
        role="wfhserver",
    )
    assert made == "wfhserver_owner"


def test_the_steps_of_monitoring_tell_of_every_worker(
    machine: Machine, laptops: dict[str, str], page: dict[int, list[str]]
) -> None:
    status = machine.type(page[8][0])
    whole = machine.type("curl --fail --silent http://127.0.0.1:8000/metrics")

    assert '"ready":true' in status
    assert 'wfhserver_agents{state="never"} 0.0' in status
    stored = re.search(r'wfhserver_heartbeats_total\{outcome="stored"\} (\S+)', whole)
    assert stored is not None
    assert float(stored[1]) == int(machine.psql("SELECT count(*) FROM employee_heartbeats"))


class Load:
    """Laptops that never rest; half keep their connections, half make a new one each time."""

    def __init__(self, machine: Machine, laptops: dict[str, str]) -> None:
        self._machine = machine
        self._laptops = itertools.cycle(laptops.items())
        self._ends = False
        self.answers: Counter[int] = Counter()

    async def during(self, work: Callable[[], object]) -> None:
        """Send until *work*, in a thread, has ended, and a little longer."""
        async with browser(self._machine) as client:
            tasks = [asyncio.create_task(self._send(client, n % 2 == 0)) for n in range(12)]
            await asyncio.to_thread(work)
            enough = self.answers.total() + 200
            while self.answers.total() < enough:
                await self._send_heartbeat(client, keeps=True)
            self._ends = True
            await asyncio.gather(*tasks)

    async def _send(self, client: httpx.AsyncClient, keeps: bool) -> None:
        while not self._ends:
            await self._send_heartbeat(client, keeps=keeps)

    async def _send_heartbeat(self, client: httpx.AsyncClient, *, keeps: bool) -> None:
        username, token = next(self._laptops)
        headers = bearer(token) if keeps else {**bearer(token), "Connection": "close"}
        body = heartbeat_of(username)
        answer = await client.post("/api/heartbeat", json=body, headers=headers)
        self.answers[answer.status_code] += 1


def workers_of(machine: Machine) -> set[int]:
    pid = machine.systemd.main_pid("wfhserver.service")
    return set(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))


def count_heartbeats(machine: Machine) -> int:
    return int(machine.psql("SELECT count(*) FROM employee_heartbeats"))


def answer_on(connection: HTTPConnection) -> tuple[int, str | None]:
    connection.request("GET", "/healthz")
    answer = connection.getresponse()
    answer.read()
    return answer.status, answer.getheader("Connection")


def journal_of(machine: Machine) -> Path:
    return machine.root / "var/log/wfhserver.service.log"


def wait_until_all_stop(machine: Machine, workers: int, since: int) -> None:
    """Wait until *workers* have written, behind byte *since* of the journal, that they stop."""
    # Captured: grep ends at the first line when nobody reads what it finds.
    found = f"tail -c +{since + 1} -F {journal_of(machine)} | grep -m {workers} '{STOPS}'"
    subprocess.run(["bash", "-c", found], check=True, timeout=60, capture_output=True)


def test_a_reload_loses_no_request(
    machine: Machine, laptops: dict[str, str], page: dict[int, list[str]]
) -> None:
    before, stored = workers_of(machine), count_heartbeats(machine)
    written = journal_of(machine).stat().st_size
    load = Load(machine, laptops)
    # As nginx keeps them: one is asked again in the moment in which its worker wants to end.
    connections = [HTTPConnection("127.0.0.1", machine.ports["app"]) for _ in range(8)]
    late = []

    def reload() -> None:
        with ExitStack() as ends:
            for connection in connections:
                ends.callback(connection.close)
                answer_on(connection)
            machine.type(page[8][1])
            wait_until_all_stop(machine, len(before), written)
            late.extend(map(answer_on, connections))
        for pid in before:
            subprocess.run(["tail", f"--pid={pid}", "-f", "/dev/null"], check=True, timeout=60)

    asyncio.run(load.during(reload))

    assert late == [(200, "close")] * 8
    assert set(load.answers) == {200}
    assert count_heartbeats(machine) - stored == load.answers.total()
    assert workers_of(machine).isdisjoint(before)


@pytest.fixture
def new_source(machine: Machine, printed: dict[int, list[str]]) -> Iterator[Path]:
    """The source of the next version, in the place of the one before."""
    server = machine.root / "usr/local/src/wfhagent/server"
    older = server.readlink()
    server.unlink()
    server.mkdir()
    (server / "src").symlink_to(older / "src")
    text = (older / "pyproject.toml").read_text()
    (server / "pyproject.toml").write_text(text.replace('"0.1.0"', '"0.1.1"', 1))
    yield server
    shutil.rmtree(server)
    server.symlink_to(older)


def version_in_use(machine: Machine) -> str:
    return (machine.root / "opt/wfhserver/current").readlink().name


# Replaces a program of the new version, which is a link to that of the test.
BROKEN = "rm {0}; echo '#!/bin/sh' >{0}; echo '{1}' >>{0}; chmod +x {0}"


@contextmanager
def installing(machine: Machine, script: str) -> Iterator[None]:
    """Let pip run *script* in the new version's folder instead of installing."""
    pip = machine.root / "stand-ins/pip"
    real = pip.read_text()
    pip.write_text(f"#!/bin/sh\ncd $(dirname $0)\n{script}\n")
    yield
    pip.write_text(real)


@pytest.mark.parametrize(
    ("script", "reason", "left_folder"),
    [
        ("echo No matching distribution found >&2; exit 1", "No matching distribution", None),
        (BROKEN.format("wfhserver", "exit 3"), "nothing was changed", None),
        (BROKEN.format("gunicorn", "echo broken >&2; exit 1"), "broken", "0.1.1.failed"),
        (BROKEN.format("gunicorn", "[ -z $LISTEN_FDS ] || exit 1; exec GUNICORN $@"),
         "before it was ready", "0.1.1.failed"),
    ],
    ids=["index unreachable", "command broken", "does not become ready", "service fails"],
)  # fmt: skip
def test_a_new_version_that_does_not_work_leaves_the_old_one_in_use(
    machine: Machine,
    new_source: Path,
    page: dict[int, list[str]],
    script: str,
    reason: str,
    left_folder: str | None,
) -> None:
    gunicorn = Path(sys.executable).parent / "gunicorn"
    unit = (machine.root / "etc/systemd/system/wfhserver.service").read_bytes()

    with (
        installing(machine, script.replace("GUNICORN", str(gunicorn))),
        pytest.raises(AssertionError, match=reason) as failed,
    ):
        machine.type(page[11][0])

    assert version_in_use(machine) == "0.1.0"
    assert "0.1.0 is" in str(failed.value)
    folders = {each.name for each in (machine.root / "opt/wfhserver").iterdir()}
    assert folders == {"0.1.0", "current", *([left_folder] if left_folder is not None else [])}
    assert (machine.root / "etc/systemd/system/wfhserver.service").read_bytes() == unit
    assert ask(machine, "GET", "/readyz").json()["ready"]


def test_a_new_version_refuses_no_request(
    machine: Machine, laptops: dict[str, str], new_source: Path, page: dict[int, list[str]]
) -> None:
    before, stored = machine.systemd.main_pid("wfhserver.service"), count_heartbeats(machine)
    load = Load(machine, laptops)

    asyncio.run(load.during(lambda: machine.type(page[11][0])))

    assert version_in_use(machine) == "0.1.1"
    assert ask(machine, "GET", "/readyz").json()["ready"]
    assert set(load.answers) == {200}
    assert count_heartbeats(machine) - stored == load.answers.total()
    assert machine.systemd.main_pid("wfhserver.service") != before
    with pytest.raises(AssertionError, match=r"0\.1\.1 is the version in use"):
        machine.type(page[11][0])


def rows_of(machine: Machine, database: str) -> dict[str, str]:
    tables = machine.psql(_TABLES, database=database).split("\n")
    counts = machine.psql(
        ";".join(
            f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} AS t"
            for table in tables
        ),
        database=database,
    )
    return dict(zip(tables, counts.split("\n"), strict=True))


def test_a_backup_is_restored_into_another_database_and_is_the_same(
    machine: Machine, log_sent: tuple[list[int], bytes], page: dict[int, list[str]]
) -> None:
    [listed] = map(machine.type, page[9])
    checked, restored = map(machine.type, page[10])

    assert listed.split() == [
        *("SHA256SUMS", "database.dump", "manifest.json", "screenshots", "settings")
    ]
    assert "1 screenshots are what their logs say." in checked
    assert "1 screenshots are what their logs say." in restored
    ours, older = rows_of(machine, "wfhserver"), rows_of(machine, "wfhserver_older")
    assert older == ours
    assert int(ours["employee_heartbeats"].split("|")[0]) > 0
    assert files_of(machine, "data/older") == files_of(machine, "data/screenshots") != {}
    assert machine.psql("SELECT 1 FROM pg_database WHERE datname = 'wfhserver_check'") == ""
    # And the server could go on with it.
    assert machine.psql("SELECT count(*) FROM users", role="wfhserver", database="wfhserver_older")
    with pytest.raises(AssertionError, match="permission denied"):
        machine.psql("UPDATE audit SET actor = ''", role="wfhserver", database="wfhserver_older")


def files_of(machine: Machine, folder: str) -> dict[str, bytes]:
    root = machine.root / "var" / folder
    return {str(each.relative_to(root)): each.read_bytes() for each in root.rglob("*.webp")}


def signed_in(machine: Machine, printed: dict[int, list[str]]) -> httpx.Response:
    """Sign in as the administrator of the page."""
    return ask(
        machine,
        "POST",
        "/api/session",
        json={"username": "anna", "password": printed[7][1].strip()},
        headers={"Origin": f"https://{DOMAIN}"},
    )


def backup_step(machine: Machine, printed: dict[int, list[str]]) -> tuple[str | None, Any]:
    """Return what the checklist says of backups: the problem, and what is known."""
    cookie = signed_in(machine, printed).headers["set-cookie"].split(";")[0]
    answer = ask(machine, "GET", "/api/getting-started", headers={"Cookie": cookie}).json()
    steps = {step["step"]: step["problem"] for step in answer["steps"]}
    return steps["backup"], answer["backup"]


def test_the_checklist_knows_the_last_backup_and_that_it_was_checked(
    machine: Machine, printed: dict[int, list[str]], page: dict[int, list[str]]
) -> None:
    backup = Path(machine.type(f"sleep 1\n{page[9][0]}\necho $BACKUP").split()[-1])
    made = backup_step(machine, printed)
    machine.type(page[10][0])
    checked = backup_step(machine, printed)

    at = f"{made_at(backup.name):%Y-%m-%dT%H:%M:%SZ}"
    assert (made[0], made[1]["made_at"]) == (None, at)
    assert (checked[0], checked[1]["verification"]["backup_made_at"]) == (None, at)


def test_what_is_wrong_with_a_backup_is_found(
    machine: Machine, printed: dict[int, list[str]], log_sent: tuple[list[int], bytes]
) -> None:
    backup = Path(machine.type("wfhserver-backup").strip())
    image = backup / "screenshots" / screenshot_of(machine)
    good = image.read_bytes()
    image.unlink()  # It is a link to that of the other backups.

    def problem_with(content: bytes) -> str:
        image.write_bytes(content)
        with pytest.raises(AssertionError) as found:
            machine.type(f"wfhserver-restore --check {backup}")
        return str(found.value)

    with pytest.raises(AssertionError, match="there is a database wfhserver already"):
        machine.type(f"wfhserver-restore {backup} wfhserver /var/data/screenshots")
    assert "webp is damaged" in problem_with(b"x" + good)
    image.write_bytes(good)
    machine.type(f"wfhserver-restore --check {backup}")
    assert backup_step(machine, printed)[0] is None
    dump = backup / "database.dump"
    dump.write_bytes(dump.read_bytes()[:-100])
    assert "database.dump is damaged" in problem_with(good)
    assert f"{backup}/database.dump is damaged" in (backup_step(machine, printed)[0] or "")
    new = machine.type("sleep 1; wfhserver-backup --full").strip()
    machine.type(f"wfhserver-restore --check {new}")
    assert backup_step(machine, printed)[0] is None


def test_a_backup_takes_the_room_of_what_is_new_and_old_ones_go(
    machine: Machine, log_sent: tuple[list[int], bytes]
) -> None:
    one, two = (Path(machine.type("sleep 1; wfhserver-backup").strip()) for _ in range(2))
    image = screenshot_of(machine)
    inodes = {(each / "screenshots" / image).stat().st_ino for each in (one, two)}
    old = one.with_name(name_of(SystemClock().now() - timedelta(days=7, minutes=1)))
    one.rename(old)

    machine.type("sleep 1; systemctl start wfhserver-backup.service")
    three = Path(machine.type("ls -d /var/backups/wfhserver/20* | tail -n 1").strip())

    assert len(inodes) == 1
    assert two.exists()
    assert three.exists()
    assert three != two
    assert not old.exists()


def test_systemd_takes_the_units_and_finds_little_that_they_leave_open(
    machine: Machine, printed: dict[int, list[str]]
) -> None:
    folder = machine.root / "etc/systemd/system"
    units = sorted(folder.iterdir())

    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    exposure = {
        name: subprocess.run(
            ["systemd-analyze", "security", "--offline=true", "--no-pager",
             f"--threshold={limit}", folder / name],
            capture_output=True, text=True, check=False, timeout=60,
        )
        for name, limit in {"wfhserver.service": 15, "wfhserver-backup.service": 40}.items()
    }  # fmt: skip

    assert len(units) == 4
    ours = [line for line in verified.stderr.splitlines() if "wfhserver" in line]
    assert (verified.returncode, ours) == (0, [])
    for done in exposure.values():
        assert done.returncode == 0, done.stdout[-2000:]
