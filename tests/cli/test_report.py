"""`wfhagent report` explains a fault and gives no secret away."""

import base64
import json
import zipfile
from pathlib import Path
from uuid import UUID

import pytest
from tests.cli.conftest import NOW, Laptop
from tests.cli.test_doctor import status_of
from tests.modes import has_mode

from wfhagent.deliver.identity import Identity
from wfhagent.doctor.redact import masked, settings_secrets
from wfhagent.identity.store import FileKeeper
from wfhagent.outbox.store import Outbox
from wfhagent.payload import DetailedLog
from wfhagent.plugin import Attachment
from wfhagent.status import write_status
from wfhagent.system.proxy import MASK, secrets_in
from wfhagent.system.redact import Redactor

SCREENSHOT = b"RIFF\x24\x00\x00\x00WEBPVP8 the desktop of alice"
SECRETS = {
    "the enrollment token": "wfhe_enrollment-token-0123",
    "the machine's token": "wfha_machine-token-4567",
    "the token of the server before": "wfha_older-token-8901",
    "the password of [server] proxy": "pr0xy-p@ss",
    "the same, as it is written": "pr0xy-p%40ss",
    "the same, as it travels": base64.b64encode(b"bob:pr0xy-p@ss").decode(),
    "the password of the environment's proxy": "env1ronment",
    "the value of a plugin's header": "header-value-2345",
    "a plugin's password": 'quoted "and" öld',
    "an address that is a secret itself": "https://hooks.example.com/T000/B000/XXXX",
    "a body": "a place only a body names",
    "a picture": "the desktop of alice",
}


@pytest.fixture
def lived_in(laptop: Laptop, detailed: DetailedLog, monkeypatch: pytest.MonkeyPatch) -> Laptop:
    """A laptop that was in use, with secrets wherever there can be one."""
    monkeypatch.setenv("http_proxy", "http://eve:env1ronment@10.0.0.1:3128")
    monkeypatch.chdir(laptop.folder)
    plugins = laptop.folder / "plugins"
    (plugins / "battery.py").write_text("import nothing_like_this\n")
    laptop.configure(
        "server",
        auth_token=SECRETS["the enrollment token"],
        proxy="http://bob:pr0xy-p%40ss@127.0.0.1:9",
    )
    laptop.configure("plugins", disabled=["idle", "screenshot"])
    laptop.configure("plugins.battery", limit=20, password=SECRETS["a plugin's password"])
    laptop.configure("plugins.battery", address=SECRETS["an address that is a secret itself"])
    laptop.configure("plugins.battery.headers", X=SECRETS["the value of a plugin's header"])
    laptop.file.write_text(laptop.file.read_text() + "# the old one: wfhe_enrollment-token-0123\n")
    FileKeeper(laptop.data / "credentials.json").save(
        Identity(
            server_url="https://127.0.0.1:9",
            agent_id=UUID(int=1),
            username="alice",
            hostname="laptop-7",
            token=SECRETS["the machine's token"],
        )
    )
    write_status(
        laptop.data / "status.json", status_of(problem="http://bob:pr0xy-p%40ss@127.0.0.1:9")
    )
    log = [f"{what}: {secret}" for what, secret in SECRETS.items() if not what.startswith("a ")]
    log += [SECRETS["a plugin's password"], "Authorization: Basic ZXZlOmVudjFyb25tZW50"]
    for name in ("agent.log", "agent.log.1", "agent.log.2"):
        (laptop.data / name).write_text("\n".join([name, *log]) + "\n", encoding="utf-8")
    with Outbox(laptop.data / "outbox.sqlite3", now=NOW) as outbox:
        place = DetailedLog(
            **{
                **{name: getattr(detailed, name) for name in detailed.__struct_fields__},
                "location": {"city": SECRETS["a body"]},
            }
        )
        outbox.add_log(
            place, Attachment(name="screenshot", media_type="image/webp", data=SCREENSHOT)
        )
    return laptop


def contents(file: Path) -> dict[str, str]:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_no_secret_no_body_and_no_screenshot_is_in_the_report(lived_in: Laptop):
    done = lived_in.run("report", "--output", "r.zip")

    parts = contents(lived_in.folder / "r.zip")
    assert done.exit_code == 0, done.stderr
    found = [
        (what, name)
        for what, secret in SECRETS.items()
        for name, text in parts.items()
        if secret in text or json.dumps(secret)[1:-1] in text
    ]
    assert found == []
    assert "ZXZlOmVudjFyb25tZW50" not in "".join(parts.values())
    # A screenshot may have any name.
    assert not [name for name, text in parts.items() if "RIFF" in text or "WEBP" in text]


def test_the_report_holds_what_support_needs_and_lists_it(lived_in: Laptop):
    done = lived_in.run("report", "--output", "r.zip")

    parts = contents(lived_in.folder / "r.zip")
    assert list(parts) == [
        "doctor.json",
        "versions.json",
        "agent.toml",
        "plugins.json",
        "outbox.json",
        "status.json",
        "agent.log",
        "agent.log.1",
    ]
    lines = done.stdout.splitlines()
    assert lines[0] == str(lived_in.folder / "r.zip")
    assert [line.split()[0] for line in lines[1 : len(parts) + 1]] == list(parts)
    assert lines[-1].startswith("Nothing was sent.")
    assert json.loads(parts["outbox.json"])["entries"]["queued_logs"] == 1
    assert "nothing_like_this" in parts["plugins.json"]
    assert {"wfhagent", "httpx", "python", "system"} <= set(json.loads(parts["versions.json"]))
    assert json.loads(parts["status.json"])["pid"] == 77
    assert {"what", "ok", "detail", "advice"} == set(json.loads(parts["doctor.json"])[0])
    assert parts["agent.log"].startswith("agent.log\n")


def test_the_settings_are_shown_but_for_their_secrets(lived_in: Laptop):
    lived_in.run("report", "--output", "r.zip")

    text = contents(lived_in.folder / "r.zip")["agent.toml"]
    assert 'url = "https://127.0.0.1:9"' in text
    assert f'auth_token = "{MASK}"' in text
    assert f'proxy = "http://{MASK}@127.0.0.1:9"' in text
    assert "keyring = false" in text
    assert "[plugins.battery.headers]" in text
    assert "limit = 20" in text


def test_only_its_owner_can_read_a_report(lived_in: Laptop):
    lived_in.run("report", "--output", "r.zip")

    assert has_mode((lived_in.folder / "r.zip"), 0o600)


def test_a_report_overwrites_nothing(lived_in: Laptop):
    file = lived_in.folder / "r.zip"
    file.write_text("dear")

    with pytest.raises(Exception, match=r"already exists\. Choose another file with --output"):
        lived_in.run("report", "--output", "r.zip")

    assert file.read_text() == "dear"


def test_without_a_name_the_report_is_named_after_the_moment(lived_in: Laptop):
    done = lived_in.run("report", "--json")

    answer = json.loads(done.stdout)
    assert Path(answer["path"]).parent == lived_in.folder
    assert Path(answer["path"]).name.startswith("wfhagent-report-")
    assert set(contents(Path(answer["path"]))) == set(answer["contents"])


def test_settings_that_are_wrong_make_a_report_too(lived_in: Laptop):
    lived_in.configure("server", auth_tokn="wfhe_in-the-wrong-key")

    done = lived_in.run("report", "--output", "r.zip")

    parts = contents(lived_in.folder / "r.zip")
    assert done.exit_code == 0
    assert "did you mean auth_token?" in parts["doctor.json"]
    assert f'auth_tokn = "{MASK}"' in parts["agent.toml"]
    assert "wrong-key" not in "".join(parts.values())


def test_settings_that_are_no_toml_stay_out(lived_in: Laptop):
    lived_in.file.write_text('[server\nauth_token = "wfhe_enrollment-token-0123"\n')

    lived_in.run("report", "--output", "r.zip")

    parts = contents(lived_in.folder / "r.zip")
    assert parts["agent.toml"].startswith("# not shown: ")
    assert "wfhe_enroll" not in "".join(parts.values())


@pytest.mark.parametrize(
    "text",
    [
        "GET /x Authorization: Bearer s3cret-value",
        '{"api_key": "s3cret-value"}',
        "password=s3cret-value",
        "https://bob:s3cret-value@example.com/",
        "GET https://geo.example.com/192.0.2.1?fields=city&key=s3cret-value failed",
        "https://wfh.example.com/my-data#code=s3cret-value",
        "pwd: s3cret-value",
        "wfha_s3cret-value",
        "-----BEGIN PRIVATE KEY-----\ns3cret-value\n-----END PRIVATE KEY-----",
        "Set-Cookie: session=s3cret-value; Secure",
        "{'Authorization': 'Token s3cret-value'}",
        '{"line": "{\\"Authorization\\": \\"Token s3cret-value\\"}"}',
    ],
)
def test_what_looks_like_a_secret_is_masked_though_nobody_knew_it(text: str):
    shown = Redactor(())(text)

    assert "s3cret-value" not in shown
    assert MASK in shown


def test_ordinary_text_is_left_alone():
    text = '{"token_kept_in": "file", "detail": "token kept in the keyring", "what": "token"}'

    assert Redactor(())(text) == text


def test_a_word_among_which_a_plugin_chooses_hides_no_other(laptop: Laptop):
    laptop.configure("plugins.geoip", provider="url", url="https://geo.example.com/{ip}")

    laptop.run("report", "--output", str(laptop.folder / "r.zip"))

    shown = contents(laptop.folder / "r.zip")["agent.toml"]
    assert 'url = "https://127.0.0.1:9"' in shown
    assert "geo.example.com" not in shown


def test_settings_at_an_unexpected_place_are_masked():
    raw = {"server": {"proxy": {"password": "deep"}}, "servr": {"x": ["list", 1]}}

    text = masked(raw, Redactor(settings_secrets(raw)))

    assert "deep" not in text
    assert "list" not in text


def test_an_address_that_is_none_has_no_password():
    assert list(secrets_in("http://[")) == []
    assert list(secrets_in("just text")) == []
