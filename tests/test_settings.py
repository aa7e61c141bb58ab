"""agent.toml: an error names the file, table and key, and suggests the nearest known key."""

import enum
from pathlib import Path
from typing import Any, Literal

import pytest
from tests.linux_only import not_windows

from wfhagent.errors import SettingsError
from wfhagent.plugin import Config
from wfhagent.settings import convert_table, parse_settings, read_settings

SERVER = '[server]\nurl = "https://wfh.example.com"\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "agent.toml"


def test_only_the_server_is_required(file: Path):
    file.write_text(SERVER)

    settings = read_settings(file)

    assert settings.heartbeat.interval_seconds == 300
    assert (settings.detailed_log.start, settings.detailed_log.end) == ("08:00", "22:00")
    assert (settings.plugins.disabled, settings.plugins.enabled) == ((), ())


def test_tables_of_plugins_are_kept_as_written(file: Path):
    file.write_text(SERVER + '[plugins]\nenabled = ["idle"]\n[plugins.screenshot]\nblur = 4\n')

    settings = read_settings(file)

    assert settings.plugin_tables == {"screenshot": {"blur": 4}}
    assert settings.plugins.enabled == ("idle",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "[server] url is missing."),
        (
            SERVER + 'auth_tokn = "x"\n',
            "[server] unknown key 'auth_tokn'; did you mean auth_token?",
        ),
        (SERVER + "[hartbeat]\n", "unknown table 'hartbeat'; did you mean heartbeat?"),
        (SERVER + "[heartbeat]\ninterval_seconds = 1\n", "[heartbeat] interval_seconds: Expected"),
        (SERVER + '[outbox]\nkeep_days = "30"\n', "[outbox] keep_days: Expected `int`, got `str`"),
        (SERVER + '[detailed_log]\nstart = "8:00"\n', "as HH:MM"),
        (SERVER + '[detailed_log]\nstart = "22:00"\nend = "08:00"\n', "end must be later"),
        (
            SERVER + '[detailed_log]\nworking_days = ["monday"]\n',
            "working_days[0]: Invalid enum value 'monday'; did you mean mon?",
        ),
        (
            SERVER + '[agent]\nlog_level = "loud"\n',
            'Invalid enum value \'loud\'. (Allowed: one of "debug", "error", "info", "warning".',
        ),
        (
            SERVER + '[detailed_log]\ntime_zone = "Vienna"\n',
            "time_zone: 'Vienna' is not an IANA name",
        ),
        ("server = 3\n", "[server] must be a table"),
        ("[server\n", "is not TOML"),
    ],
)
def test_a_mistake_is_named_where_it_is(file: Path, text: str, message: str):
    file.write_text(text)

    with pytest.raises(SettingsError) as caught:
        read_settings(file)

    assert str(caught.value).startswith(f"{file}: ")
    assert message in str(caught.value)


class Unit(enum.Enum):
    """Choices as a class."""

    MINUTES = "minutes"
    HOURS = "hours"


class GaugeConfig(Config, frozen=True, kw_only=True):
    """Settings of a plugin with choices in three ways."""

    unit: Unit = Unit.MINUTES
    units: tuple[Unit, ...] = ()
    mode: Literal["fast", "slow"] | None = None


@pytest.mark.parametrize(
    ("raw", "hint"),
    [
        ({"unit": "hour"}, 'hours? (Allowed: one of "hours", "minutes"'),
        ({"units": ["hours", "minute"]}, 'minutes? (Allowed: list (one of "hours", "minutes"'),
        ({"mode": "slowly"}, 'slow? (Allowed: one of "fast", "slow"'),
    ],
)
def test_a_wrong_choice_of_a_plugin_lists_all_and_suggests_the_nearest(
    raw: dict[str, Any], hint: str
):
    with pytest.raises(SettingsError) as wrong:
        convert_table(raw, GaugeConfig, file="agent.toml", table="plugins.gauge")

    assert f"; did you mean {hint}" in str(wrong.value)


def test_a_missing_file_says_what_to_do(file: Path):
    with pytest.raises(SettingsError, match="of `wfhagent example`"):
        read_settings(file)


def test_a_byte_order_mark_is_no_obstacle(file: Path):
    file.write_bytes(b'\xef\xbb\xbf[server]\r\nurl = "https://wfh.example.com"\r\n')

    assert read_settings(file).server.url == "https://wfh.example.com"


def test_relative_paths_start_at_the_files_folder(file: Path, monkeypatch: pytest.MonkeyPatch):
    home, authority = Path("/home/alice").absolute(), Path("/etc/ca.pem").absolute()
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(home))
    raw = {
        "server": {"url": "https://wfh.example.com", "ca_file": str(authority)},
        "agent": {"data_directory": "~/wfh"},
        "plugins": {"directory": "mine"},
    }

    settings = parse_settings(raw, file)

    assert settings.server.ca_file == str(authority)
    assert settings.agent.data_directory == str(home / "wfh")
    assert settings.plugins.directory == str(file.parent / "mine")


@pytest.mark.parametrize(
    ("table", "key", "value"),
    [
        ("server", "auth_token", " wfhe_1"),
        ("server", "auth_token", "wfhe_1\n"),
        ("server", "auth_token", "wfhe_\u00f6"),
        pytest.param(
            *("agent", "data_directory", "~nobody-has-this-name/data"),
            marks=not_windows("it takes each name for that of a neighboring folder"),
        ),
        ("agent", "data_directory", "/tmp/a\0b"),
        ("server", "ca_file", "\0"),
    ],
)
def test_a_value_that_no_system_can_use_is_refused_with_its_key(table: str, key: str, value: str):
    raw: dict[str, dict[str, str]] = {"server": {"url": "https://wfh.example.com"}}
    raw.setdefault(table, {})[key] = value

    with pytest.raises(SettingsError, match=rf"agent\.toml: \[{table}\] {key}: "):
        parse_settings(raw, Path("agent.toml"))


def test_a_file_that_is_no_text_is_named(file: Path):
    file.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(SettingsError, match=r"is not UTF-8: .* Save it as UTF-8"):
        read_settings(file)


@pytest.mark.parametrize("path", [r"C:\Users\alice", r"C:\ProgramData", r"C:\UFFFFFFFF", r"D:\xyz"])
def test_a_path_of_windows_in_double_quotes_is_explained_with_its_line(file: Path, path: str):
    file.write_text(f'{SERVER}[agent]\ndata_directory = "{path}"\n', encoding="utf-8")

    with pytest.raises(SettingsError) as refused:
        read_settings(file)

    assert str(refused.value) == (
        f"{file}: line 4: in double quotes a backslash begins an escape. Write the path in single "
        r"quotes ('C:\Users\…') or with slashes (C:/Users/…)."
    )


@pytest.mark.parametrize("path", [r"C:\temp", r"C:\new\fonts", r"D:\backup"])
def test_a_path_of_windows_that_happens_to_be_escapes_is_explained_too(file: Path, path: str):
    file.write_text(f'{SERVER}[agent]\ndata_directory = "{path}"\n', encoding="utf-8")

    with pytest.raises(SettingsError, match=r"data_directory: .* in double quotes a backslash"):
        read_settings(file)


def test_a_path_of_windows_in_single_quotes_is_taken(file: Path):
    file.write_text(f"{SERVER}[agent]\ndata_directory = 'C:\\Users\\alice'\n", encoding="utf-8")

    assert read_settings(file).agent.data_directory.endswith(r"C:\Users\alice")
