"""Adding devices: files that are true, a release that is offered, and who has come already."""

import hashlib
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml

from wfhagent.settings import read_settings
from wfhserver.demo.certificate import make_certificate
from wfhserver.devices.bundles import BundleMaker, read_ca
from wfhserver.devices.downloads import ReleaseFolder
from wfhserver.models.bundles import DeviceBundle, Notice
from wfhserver.models.users import Role
from wfhserver.testing import TestServer, bearer, heartbeat_body

Create = Callable[..., subprocess.CompletedProcess[str]]

NOTICE = Notice(
    company='Müller "& Co" \\ \x7f', purpose="Presence", contact="dpo@example.com", text="a\n\nb"
)
TOKEN = "wfhe_of_the_test"
URL = "https://wfh.example.com"


def bundle(url: str = URL, *, ca_file: Path | None = None, **more: Any) -> DeviceBundle:
    settings = {"notice": Notice(), "retention_days": 30, "version": "0.1.0"} | more
    return BundleMaker(url, ca_file=ca_file, **settings).make(1, TOKEN)


def texts(made: DeviceBundle) -> dict[str, str]:
    return {file.name: file.text for file in made.files}


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    return make_certificate(tmp_path / "tls").authority


def test_the_agent_reads_the_agent_toml_of_a_bundle(tmp_path: Path, authority: Path) -> None:
    made = texts(bundle(ca_file=authority, notice=NOTICE, retention_days=60))
    for name in ("agent.toml", "company-ca.pem"):
        (tmp_path / name).write_text(made[name], encoding="utf-8")

    found = read_settings(tmp_path / "agent.toml")

    assert (found.server.url, found.server.auth_token) == (URL, TOKEN)
    assert found.server.ca_file == str(tmp_path / "company-ca.pem")
    assert (tmp_path / "company-ca.pem").read_text() == authority.read_text()
    assert (found.notice.company, found.notice.text) == (NOTICE.company, NOTICE.text)
    assert (found.notice.contact, found.notice.retention) == (NOTICE.contact, "60 days")
    assert not found.notice.required


def test_a_bundle_without_notice_and_authority_is_three_lines(tmp_path: Path) -> None:
    made = texts(bundle())
    (tmp_path / "agent.toml").write_text(made["agent.toml"])

    assert made["agent.toml"].splitlines() == [
        "[server]",
        f'url = "{URL}"',
        f'auth_token = "{TOKEN}"',
    ]
    assert read_settings(tmp_path / "agent.toml").server.url == URL
    assert "company-ca.pem" not in made


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("http://wfh.example.com", "Agents send to https:// only"),
        ("http://10.0.0.7:8000", "Agents send to https:// only"),
        ("https://anna:secret@wfh.example.com", "without a user"),
        ("https://wfh.example.com/wfh", "without a path"),
        ("wfh.example.com", "Enter an address such as"),
        ("https://wfh.example.com:99999", "Enter an address such as"),
        ("ftp://wfh.example.com", "Enter an address such as"),
    ],
)
def test_a_bundle_for_an_address_that_agents_refuse_is_refused(url: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        bundle(url)


def test_a_notice_that_is_required_and_says_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing to acknowledge"):
        bundle(notice=Notice(company="Example", required=True))


def test_loopback_may_be_http_as_the_agent_allows_it(tmp_path: Path) -> None:
    made = texts(bundle("http://127.0.0.1:8000/"))
    (tmp_path / "agent.toml").write_text(made["agent.toml"])

    found = read_settings(tmp_path / "agent.toml").server

    assert (found.url, found.allow_insecure_loopback) == ("http://127.0.0.1:8000", True)


def test_a_private_key_and_what_is_no_certificate_are_not_handed_out(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path / "tls")
    (tmp_path / "notes.pem").write_text("hello")

    for file, words in (
        (certificate.key, "holds a private key"),
        (tmp_path / "notes.pem", "holds no certificate"),
        (tmp_path / "missing.pem", "cannot be read"),
    ):
        with pytest.raises(ValueError, match=words):
            read_ca(file)


def test_the_scripts_place_the_files_and_name_the_package(tmp_path: Path, authority: Path) -> None:
    made = texts(bundle(ca_file=authority, version="0.2.0"))

    assert "\r\n" in made["install.cmd"]
    assert 'copy /y "%~dp0company-ca.pem" "%PLACE%\\company-ca.pem"' in made["install.cmd"]
    assert 'msiexec /i "%~dp0wfhagent-0.2.0.msi" /qn /norestart' in made["install.cmd"]
    (play,) = yaml.safe_load(made["push-wfhagent.yml"])
    copied = next(task for task in play["tasks"] if "loop" in task)
    assert copied["loop"] == ["agent.toml", "company-ca.pem"]
    package = next(task for task in play["tasks"] if task["name"] == "The package is there")
    assert package["ansible.builtin.copy"]["src"] == "wfhagent_0.2.0_amd64.deb"
    assert TOKEN not in made["README.txt"]


def test_the_script_for_macos_writes_the_very_files(tmp_path: Path, authority: Path) -> None:
    made = texts(bundle(ca_file=authority, notice=Notice(text="END_OF_FILE\n$(reboot) `x`")))
    place = tmp_path / "place"
    script = made["place-config.sh"].replace("/Library/Application Support/wfhagent", str(place))

    done = subprocess.run(
        ["sh", "-c", script.replace("chown -R root:wheel", ": ")], check=False, capture_output=True
    )

    assert done.returncode == 0, done.stderr
    for name in ("agent.toml", "company-ca.pem"):
        assert (place / name).read_text().strip() == made[name].strip()


def test_install_cmd_is_that_of_the_documentation() -> None:
    page = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()
    shown = page.split("```bat install.cmd\n")[1].split("```")[0]

    lines = [line.strip() for line in shown.strip().splitlines()]

    assert texts(bundle())["install.cmd"].split("\r\n")[:-1] == lines


RELEASE = {
    "wfhagent-0.9.0.msi": b"old",
    "wfhagent-0.10.0.msi": b"new",
    "wfhagent-0.10.0.msi.minisig": b"signature",
    "wfhagent_0.10.0_amd64.deb": b"deb",
    "SHA256SUMS": b"sums",
    "SHA256SUMS.asc": b"signed",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "release"
    made.mkdir()
    for name, content in RELEASE.items():
        (made / name).write_bytes(content)
    return made


def test_files_of_a_release_are_listed_with_hash_and_signature(folder: Path) -> None:
    found = ReleaseFolder(folder).contents()

    files = {file.name: file for file in found.files}
    assert set(files) == set(RELEASE)
    for name, content in RELEASE.items():
        assert files[name].sha256 == hashlib.sha256(content).hexdigest()
    assert files["wfhagent-0.10.0.msi"].signature == "wfhagent-0.10.0.msi.minisig"
    assert files["SHA256SUMS"].signature == "SHA256SUMS.asc"
    assert files["wfhagent-0.9.0.msi"].signature is None
    assert (found.newest_version, found.ignored, found.problem) == ("0.10.0", [], None)


def test_foreign_files_and_links_are_not_offered_and_named_in_a_sentence(folder: Path) -> None:
    (folder / "notes.txt").write_text("x")
    (folder / "wfhagent-0.11.0.msi").symlink_to("/etc/hostname")
    (folder / "wfhagent-0.12.0.msi").mkdir()
    os.mkfifo(folder / "wfhagent-0.13.0.msi")
    releases = ReleaseFolder(folder)

    found = releases.contents()

    assert {file.name for file in found.files} == set(RELEASE)
    assert found.newest_version == "0.10.0"
    assert found.ignored == [
        "notes.txt is not a file of a release, and is not offered.",
        "wfhagent-0.11.0.msi is a symbolic link, and is not offered. Copy the file itself.",
        "wfhagent-0.12.0.msi is not a file, and is not offered.",
        "wfhagent-0.13.0.msi is not a file, and is not offered.",
    ]


def test_a_file_is_hashed_again_only_when_it_changes(folder: Path) -> None:
    releases = ReleaseFolder(folder)
    msi = folder / "wfhagent-0.10.0.msi"
    status = msi.stat()
    releases.contents()

    msi.write_bytes(b"NEW")  # Of the same size and, by the next line, of the same time.
    os.utime(msi, ns=(status.st_atime_ns, status.st_mtime_ns))
    unchanged = next(each for each in releases.contents().files if each.name == msi.name)
    os.utime(msi)
    changed = next(each for each in releases.contents().files if each.name == msi.name)

    assert unchanged.sha256 == hashlib.sha256(b"new").hexdigest()
    assert changed.sha256 == hashlib.sha256(b"NEW").hexdigest()


def test_a_folder_that_is_missing_is_a_sentence(tmp_path: Path) -> None:
    found = ReleaseFolder(tmp_path / "nowhere").contents()

    assert found.problem == f"{tmp_path / 'nowhere'} cannot be read: No such file or directory."
    assert ReleaseFolder(None).contents().is_set is False


def test_administrators_download_a_file_and_nothing_outside(
    server: TestServer, folder: Path
) -> None:
    (folder.parent / "secret.msi").write_text("secret")
    server.settings["downloads"] = folder
    admin, auditor = server.signed_in(), server.signed_in(Role.AUDITOR)

    def status(name: str, headers: Any = admin) -> int:
        return int(server.request("GET", f"/api/downloads/{name}", headers=headers).status_code)

    answer = server.request("GET", "/api/downloads/wfhagent-0.10.0.msi", headers=admin)
    assert (answer.content, answer.headers["content-length"]) == (b"new", "3")
    assert answer.headers["content-disposition"] == 'attachment; filename="wfhagent-0.10.0.msi"'
    assert status("wfhagent-0.10.0.msi", auditor) == 403
    for name in ("..%2Fsecret.msi", "%2Fetc%2Fpasswd", "wfhagent-9.9.9.msi"):
        assert status(name) == 404, name


def test_a_bundle_is_created_with_a_token_that_devices_enroll_with(server: TestServer) -> None:
    admin = server.signed_in()
    team = server.value(
        "INSERT INTO teams (name, created_at) VALUES ('Sales', now()) RETURNING team_id"
    )
    body = {"label": "Vienna", "url": URL, "use_limit": 2, "team": team}

    made = server.request("POST", "/api/device-bundles", json=body, headers=admin)

    assert made.status_code == 201, made.text
    token, number = made.json()["token"], made.json()["token_id"]
    path = f"/api/enrolment-tokens/{number}/devices"
    assert server.request("GET", path, headers=admin).json()["devices"] == []
    device = {"agent_id": str(uuid4()), "username": "alice", "hostname": "laptop-7"}
    device |= {"platform": "Linux", "agent_version": "1"}
    own = server.request("POST", "/api/enroll", json=device, headers=bearer(token)).json()["token"]
    server.request("POST", "/api/heartbeat", json=heartbeat_body(), headers=bearer(own))

    found = server.request("GET", path, headers=admin).json()
    assert [(each["username"], each["hostname"]) for each in found["devices"]] == [
        ("alice", "laptop-7")
    ]
    assert found["devices"][0]["last_seen"] is not None
    assert (found["total"], found["waiting"]) == (1, 0)
    assert server.value("SELECT count(*) FROM team_members WHERE team_id = $1", team) == 1


TOKEN_ROW = """
SELECT e.label, e.use_limit, e.expires_at - e.created_at, e.needs_approval, t.name
  FROM enrollment_tokens AS e LEFT JOIN teams AS t USING (team_id) ORDER BY e.token_id
"""


@pytest.fixture
def create_bundle(server: TestServer, folder: Path, authority: Path, tmp_path: Path) -> Create:
    """Run `wfhserver tokens create --bundle` for the database and the release of *server*."""
    server.settings |= {"downloads": folder, "agent_ca_file": authority, "public_url": URL}
    environment = {
        "PATH": os.environ["PATH"],
        "WFHSERVER_DATABASE_URL": server.url or "",
        "WFHSERVER_DATA_DIRECTORY": str(tmp_path),
        "WFHSERVER_DOWNLOADS": str(folder),
        "WFHSERVER_AGENT_CA_FILE": str(authority),
        "WFHSERVER_PUBLIC_URL": URL,
    }

    def once(*options: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "wfhserver", "tokens", "create", "--label", "Vienna"]
        return subprocess.run(
            [*command, *options], capture_output=True, text=True, check=False, env=environment
        )

    return once


def test_command_and_page_create_the_same_token_and_files(
    server: TestServer, create_bundle: Create, tmp_path: Path
) -> None:
    target = tmp_path / "out.zip"
    team = server.value(
        "INSERT INTO teams (name, created_at) VALUES ('Sales', now()) RETURNING team_id"
    )
    notice = {"company": "Müller", "purpose": "Presence", "contact": "dpo@example.com"}
    body = {"label": "Vienna", "url": "https://other.example.com", "use_limit": 2, "team": team}
    body |= {"expires_days": 14, "needs_approval": True}
    body |= {"notice": {**notice, "text": "a\n\nb", "required": True}}

    made = server.request("POST", "/api/device-bundles", json=body, headers=server.signed_in())
    done = create_bundle(
        *("--bundle", str(target), "--url", "https://other.example.com", "--uses", "2"),
        *("--expires-days", "14", "--approval", "--team", "Sales", "--text", "a\n\nb"),
        *("--required", *(part for key, value in notice.items() for part in (f"--{key}", value))),
    )

    assert (made.status_code, done.returncode) == (201, 0), (made.text, done.stderr)
    with zipfile.ZipFile(target) as archive:
        by_command = {name: archive.read(name).decode() for name in archive.namelist()}
    by_page = {file["name"]: file["text"] for file in made.json()["files"]}
    token = by_command["enrollment-token.txt"].strip()
    of_page = {name: text.replace(made.json()["token"], token) for name, text in by_page.items()}
    assert by_command == of_page
    assert "company-ca.pem" in by_command
    assert "wfhagent-0.10.0.msi" in by_command["README.txt"]
    one, other = server.rows(TOKEN_ROW)
    assert one == other == ("Vienna", 2, timedelta(days=14), True, "Sales")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--team", "Nobody"), "There is no team 'Nobody'"),
        (("--required", "--company", "Example"), "There is nothing to acknowledge"),
        (("--company", "x" * 256), "--company: String should have at most 255 characters"),
        (("--text", "x" * 8001), "--text: String should have at most 8000 characters"),
    ],
)
def test_what_the_page_refuses_the_command_refuses_and_creates_no_token(
    server: TestServer,
    create_bundle: Create,
    tmp_path: Path,
    options: tuple[str, ...],
    words: str,
) -> None:
    target = tmp_path / "out.zip"

    done = create_bundle("--bundle", str(target), *options)

    assert (done.returncode, words in done.stderr) == (1, True), done.stderr
    assert not target.exists()
    assert server.value("SELECT count(*) FROM enrollment_tokens") == 0


def test_a_notice_without_a_bundle_is_refused_instead_of_lost(
    server: TestServer, create_bundle: Create
) -> None:
    done = create_bundle("--purpose", "Presence")

    assert (done.returncode, "Add --bundle" in done.stderr) == (1, True), done.stderr
    assert server.value("SELECT count(*) FROM enrollment_tokens") == 0


def test_a_refused_bundle_creates_no_token(server: TestServer) -> None:
    admin = server.signed_in()

    answers = [
        server.request("POST", "/api/device-bundles", json=body, headers=admin)
        for body in (
            {"label": "Vienna", "url": "http://wfh.example.com"},
            {"label": "Vienna", "url": URL, "team": 987},
        )
    ]

    assert [(each.status_code, each.json()["field"]) for each in answers] == [
        (422, "url"),
        (404, "team"),
    ]
    assert server.value("SELECT count(*) FROM enrollment_tokens") == 0
