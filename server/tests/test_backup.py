"""Backups: complete or not there, read by nobody else, and restored as they were."""

import asyncio
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyrage
import pytest

from wfhserver.backup.create import BackupRequest, create
from wfhserver.backup.encryption import Age, Encryption, OpenPgp, Plain, encryption_to
from wfhserver.backup.folder import new_backup
from wfhserver.backup.last_good import is_complete
from wfhserver.backup.manifest import read_manifest, write_manifest
from wfhserver.backup.programs import PostgresPrograms
from wfhserver.backup.restore import Restored, RestoreRequest, restore
from wfhserver.backup.sums import SUMS, digest_of
from wfhserver.backup.verify import verify
from wfhserver.errors import BackupError, SettingsError
from wfhserver.screenshots.opened import open_place
from wfhserver.screenshots.store import ScreenshotStore
from wfhserver.storage.postgres.migrate import newest_revision
from wfhserver.testing import StillClock, TestServer, log_request, screenshot_bytes

pytestmark = pytest.mark.end_to_end

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
Create = Callable[..., Path]
Restore = Callable[..., Restored]


@pytest.fixture
def company(server: TestServer) -> TestServer:
    """A server with two employees, and a log with a screenshot of each."""
    send_screenshot(server, "alice")
    send_screenshot(server, "bob")
    return server


@pytest.fixture
def store(server: TestServer) -> ScreenshotStore:
    return open_place(str(server.settings["data_directory"] / "screenshots"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


@pytest.fixture
def back_up(company: TestServer, store: ScreenshotStore, folder: Path, clock: StillClock) -> Create:
    """Make a backup, a minute after the one before."""

    def once(**changed: Any) -> Path:
        clock.time += MINUTE
        request = BackupRequest(
            folder=folder,
            programs=PostgresPrograms(company.url or ""),
            store=store,
            encryption=Plain(),
            version="0.1.0",
        )
        return create(replace(request, **changed), clock)

    return once


@pytest.fixture
def empty_url(cluster_url: str) -> Iterator[str]:
    """A database without a schema."""
    cluster = TestServer(Path(), StillClock(), cluster_url)
    cluster.execute("CREATE DATABASE restored")
    yield cluster_url.replace("/wfhserver?", "/restored?")
    cluster.execute("DROP DATABASE restored WITH (FORCE)")


@pytest.fixture
def restore_from(empty_url: str, tmp_path: Path, clock: StillClock) -> Restore:
    def once(backup: Path, identity: Path | None = None, **changed: Any) -> Restored:
        request = RestoreRequest(
            backup=backup,
            url=empty_url,
            store=open_place(str(tmp_path / "restored")),
            identity=identity,
            actor="cli:root",
            audit_days=365,
        )
        return asyncio.run(restore(replace(request, **changed), clock))

    return once


def send_screenshot(server: TestServer, username: str) -> None:
    """Send a log of an employee, with a screenshot."""
    token = server.agent_token(username, f"of-{username}")
    image = screenshot_bytes(size=(9, 16))
    sent = log_request(token, image, username=username, hostname=f"of-{username}")
    answer = server.request("POST", "/api/log", **sent)
    assert answer.status_code == 201, answer.text


def screenshots_in(folder: Path) -> dict[str, bytes]:
    return {
        f"{each.parent.name}/{each.name}": each.read_bytes() for each in folder.glob("20*/*.webp")
    }


def rows_of(url: str | None, table: str) -> list[tuple[Any, ...]]:
    server = TestServer(Path(), StillClock(), url)
    return server.rows(f"SELECT * FROM {table} ORDER BY 1, 2")


@pytest.fixture
def age(tmp_path: Path) -> tuple[Encryption, Path]:
    """A way to encrypt, and the file that decrypts."""
    identity = pyrage.x25519.Identity.generate()
    file = tmp_path / "identity.txt"
    file.write_text(f"# public key: {identity.to_public()}\n{identity}\n")
    return Age([str(identity.to_public())]), file


@pytest.fixture
def openpgp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Encryption, Path]]:
    home = tmp_path / "gpg"
    home.mkdir(mode=0o700)
    monkeypatch.setenv("GNUPGHOME", str(home))
    made = ["--batch", "--pinentry-mode", "loopback", "--passphrase", "", "--quick-gen-key"]
    gpg(*made, "backup@example.com", "default", "default", "never")
    key = tmp_path / "backup.asc"
    key.write_bytes(gpg("--armor", "--export", "backup@example.com"))
    yield OpenPgp(key), key
    subprocess.run(["gpgconf", "--kill", "all"], check=True)


def gpg(*arguments: str) -> bytes:
    return subprocess.run(["gpg", *arguments], check=True, capture_output=True).stdout


def test_what_is_restored_is_what_was_backed_up(
    back_up: Create, restore_from: Restore, company: TestServer, empty_url: str, tmp_path: Path
) -> None:
    backup = back_up()
    before = rows_of(company.url, "audit")
    assert verify(backup).is_readable
    restored = restore_from(backup)
    assert (restored.screenshots, restored.missing) == (2, 0)
    data = company.settings["data_directory"]
    assert screenshots_in(tmp_path / "restored") == screenshots_in(data / "screenshots")
    for table in ("employees", "agents", "employee_logs", "agent_presence"):
        assert rows_of(empty_url, table) == rows_of(company.url, table)
    *same, last = rows_of(empty_url, "audit")
    assert same == before
    assert "backup.restore" in last


@pytest.mark.parametrize("name", ["age", "openpgp"])
def test_an_encrypted_backup_shows_nothing_and_is_restored_with_its_key(
    name: str,
    request: pytest.FixtureRequest,
    back_up: Create,
    restore_from: Restore,
    tmp_path: Path,
) -> None:
    encryption, identity = request.getfixturevalue(name)
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "environment").write_text("WFHSERVER_SMTP_PASSWORD=very-secret")
    backup = back_up(encryption=encryption, settings=tmp_path / "etc")
    assert backup == back_up(encryption=encryption, settings=tmp_path / "etc").parent / backup.name
    for file in (each for each in backup.rglob("*") if each.is_file()):
        content = file.read_bytes()
        assert not any(word in content for word in (b"alice", b"WEBP", b"very-secret")), file
    assert not verify(backup).is_readable
    assert verify(backup, identity).is_readable
    if name == "age":
        with pytest.raises(BackupError, match="--identity FILE"):
            restore_from(backup)
    assert restore_from(backup, identity).screenshots == 2


def test_a_wrong_identity_is_refused_in_a_sentence(
    back_up: Create, age: tuple[Encryption, Path], tmp_path: Path
) -> None:
    backup = back_up(encryption=age[0])
    other = tmp_path / "other.txt"
    other.write_text(str(pyrage.x25519.Identity.generate()))
    with pytest.raises(BackupError, match="another key"):
        verify(backup, other)
    other.write_text("nothing")
    with pytest.raises(SettingsError, match=r"other\.txt cannot be read as an identity"):
        verify(backup, other)


def test_only_new_screenshots_take_space_and_each_backup_is_complete(
    back_up: Create, company: TestServer, restore_from: Restore
) -> None:
    one = back_up()
    send_screenshot(company, "carol")
    two = back_up()
    assert (read_manifest(one).new, read_manifest(two).new) == (2, 1)
    assert read_manifest(two).screenshots == 3
    shared = list((one / "screenshots").rglob("*.webp"))
    assert len(shared) == 2
    assert all(each.samefile(two / each.relative_to(one)) for each in shared)
    assert read_manifest(back_up(full=True)).new == 3
    assert restore_from(two).screenshots == 3


def test_a_backup_in_a_bucket_s_place_holds_the_bucket_s_screenshots(
    back_up: Create, aws: str, restore_from: Restore, store: ScreenshotStore
) -> None:
    bucket = open_place("s3://shots/backup-test")

    async def move() -> None:
        for day in await store.days():
            async for file in store.files(day):
                await bucket.put(file.key, await store.get(file.key))

    assert aws
    asyncio.run(move())
    one, two = back_up(store=bucket), back_up(store=bucket)
    assert (read_manifest(one).new, read_manifest(two).new) == (2, 0)
    assert restore_from(two, store=open_place("s3://shots/restored")).missing == 0


def test_one_damaged_bit_anywhere_is_found(back_up: Create) -> None:
    backup = back_up()
    for file in sorted(each for each in backup.rglob("*") if each.is_file()):
        whole = file.read_bytes()
        for part in range(16):
            damaged = bytearray(whole)
            damaged[len(whole) * part // 16] ^= 1 << part % 8
            file.write_bytes(damaged)
            with pytest.raises(BackupError, match=r"damaged|missing|not on the list|no backup"):
                verify(backup)
        file.write_bytes(whole)
    assert verify(backup).files == 4


def test_a_file_that_is_missing_or_too_many_is_found(back_up: Create) -> None:
    backup = back_up()
    (backup / "more").write_text("more")
    with pytest.raises(BackupError, match="more is not on the list"):
        verify(backup)
    (backup / "more").unlink()
    next((backup / "screenshots").rglob("*.webp")).unlink()
    with pytest.raises(BackupError, match="is missing"):
        verify(backup)


def test_a_damaged_backup_is_not_restored_and_changes_nothing(
    back_up: Create, restore_from: Restore, tmp_path: Path
) -> None:
    backup = back_up()
    shot = next((backup / "screenshots").rglob("*.webp"))
    shot.write_bytes(b"damaged")
    with pytest.raises(BackupError, match="is damaged"):
        restore_from(backup)
    assert not (tmp_path / "restored").exists()


def test_a_database_that_is_not_empty_is_left_alone(
    back_up: Create, restore_from: Restore, company: TestServer
) -> None:
    backup = back_up()
    before = rows_of(company.url, "audit")
    with pytest.raises(BackupError, match="The database is not empty"):
        restore_from(backup, url=company.url)
    assert rows_of(company.url, "audit") == before


def test_the_screenshots_of_another_server_are_left_alone(
    back_up: Create, restore_from: Restore, tmp_path: Path
) -> None:
    backup = back_up()
    other = tmp_path / "restored" / "2026-11-01" / "other.webp"
    other.parent.mkdir(parents=True)
    other.write_bytes(b"other")
    with pytest.raises(BackupError, match=r"has 2026-11-01/other\.webp"):
        restore_from(backup)
    other.unlink()
    assert restore_from(backup).screenshots == 2


def with_manifest(backup: Path, **changed: Any) -> None:
    """Write another manifest, as a newer version would have."""
    sums = (backup / SUMS).read_text().splitlines(keepends=True)
    fields = json.loads((backup / "manifest.json").read_bytes())
    (backup / "manifest.json").write_text(json.dumps({**fields, **changed}))
    kept = [line for line in sums if "manifest.json" not in line]
    new = f"{digest_of(backup / 'manifest.json')}  manifest.json\n"
    (backup / SUMS).write_text("".join([*kept, new]))


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (
            {"schema": "9999"},
            f"schema 9999, which is newer than this version's {newest_revision()}",
        ),
        ({"postgresql": 99}, "The backup is of PostgreSQL 99"),
        ({"format": 2}, "has format 2, which this version cannot read"),
    ],
)
def test_a_backup_of_a_newer_version_is_refused(
    back_up: Create, restore_from: Restore, changed: dict[str, Any], words: str
) -> None:
    backup = back_up()
    with_manifest(backup, **changed)
    with pytest.raises(BackupError, match=words):
        restore_from(backup)


def test_a_backup_of_an_older_version_says_what_reads_it(back_up: Create) -> None:
    backup = back_up()
    (backup / "manifest.json").unlink()
    dump = hashlib.sha256((backup / "database.dump").read_bytes()).hexdigest()
    for shot in (backup / "screenshots").rglob("*.webp"):
        shot.unlink()
    (backup / SUMS).write_text(f"{dump}  database.dump\n")
    with pytest.raises(BackupError, match="wfhserver-restore reads backups of older versions"):
        verify(backup)


def verify_by_command(backup: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "wfhserver", "backup", "verify", str(backup), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def record_of(folder: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / f"last-{name}.json").read_bytes())
    return found


def test_what_was_made_and_verified_last_is_recorded_for_the_server(
    back_up: Create, folder: Path, clock: StillClock
) -> None:
    back_up()
    backup = back_up()
    made = record_of(folder, "backup")
    good, verified = verify_by_command(backup), record_of(folder, "verification")
    (backup / "database.dump").write_bytes(b"x")
    bad, damaged = verify_by_command(backup), record_of(folder, "verification")

    assert (made["backup"], made["at"]) == (backup.name, f"{clock.now():%Y-%m-%dT%H:%M:%SZ}")
    assert is_complete(backup) is False
    assert (good.returncode, verified["backup"], verified["problem"]) == (0, backup.name, None)
    assert (bad.returncode, damaged["backup"]) == (1, backup.name)
    assert damaged["problem"].startswith(f"{backup}/database.dump is damaged")


def test_every_backup_that_is_made_is_complete(
    back_up: Create, age: tuple[Encryption, Path], openpgp: tuple[Encryption, Path]
) -> None:
    for changed in ({}, {"encryption": age[0]}, {"encryption": openpgp[0]}, {"store": None}):
        assert is_complete(back_up(**changed)), changed


def test_what_says_nothing_of_the_backup_is_not_recorded(
    back_up: Create, folder: Path, age: tuple[Encryption, Path], tmp_path: Path
) -> None:
    backup = back_up(encryption=age[0])
    other = tmp_path / "other.txt"
    other.write_text(str(pyrage.x25519.Identity.generate()))
    copied = shutil.copytree(backup, tmp_path / "copied" / backup.name)

    failed = [
        verify_by_command(backup, "--identity", str(other)),
        verify_by_command(folder / "2026-01-01T000000Z"),
    ]
    elsewhere = verify_by_command(copied)

    assert [each.returncode for each in failed] == [1, 1]
    assert elsewhere.returncode == 0
    assert not (folder / "last-verification.json").exists()
    assert not (copied.parent / "last-verification.json").exists()


def test_nothing_is_left_of_a_backup_that_fails(
    back_up: Create, folder: Path, company: TestServer
) -> None:
    nobody = PostgresPrograms((company.url or "").replace("/shared?", "/none?"))
    with pytest.raises(BackupError, match=r'psql failed: .*"none" does not exist'):
        back_up(programs=nobody)
    assert [each.name for each in folder.iterdir()] == [".lock"]


def test_two_backups_at_once_are_one(back_up: Create, folder: Path) -> None:
    with new_backup(folder), pytest.raises(BackupError, match="Another backup is being made"):
        back_up()
    assert back_up().parent == folder


def test_old_backups_are_removed_once_a_new_one_is_complete(
    back_up: Create, folder: Path, clock: StillClock
) -> None:
    one, two = back_up(), back_up()
    (folder / "of-somebody-else").mkdir()
    clock.time += 7 * DAY
    three = back_up()
    assert not one.exists()
    assert two.exists() == (two.name >= f"{clock.now() - 7 * DAY:%Y-%m-%dT%H%M%SZ}")
    assert three.exists()
    assert (folder / "of-somebody-else").exists()


def test_sha256sum_reads_the_list_too(back_up: Create) -> None:
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", SUMS], cwd=back_up(), check=True, capture_output=True
    )
    assert checked.stdout.count(b": OK") == 4


@pytest.mark.parametrize(
    ("recipients", "words"),
    [
        (["age1nonsense"], "no public key of age"),
        (["/nowhere/key.asc"], "neither a public key of age nor a file"),
        (["age1a", "/nowhere/key.asc"], "must all be keys of age"),
    ],
)
def test_wrong_recipients_are_refused(recipients: list[str], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        encryption_to(recipients)


def test_a_manifest_says_nothing_of_people(back_up: Create) -> None:
    backup = back_up()
    content = write_manifest(backup, read_manifest(backup))
    assert b"alice" not in content
    assert json.loads(content)["screenshots"] == 2
