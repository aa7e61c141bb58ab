"""A database address that is typed wrongly is refused at the start, and never repeated."""

import os
import string
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from asyncpg import connect_utils
from hypothesis import example, given
from hypothesis import strategies as st

from wfhserver.database_url import checked_url, one_host_urls, without_password
from wfhserver.errors import SettingsError
from wfhserver.settings import from_environment


def read_by_the_driver(url: str) -> tuple[str | None, list[str], str | None]:
    """Return password, hosts and database as asyncpg reads them; a host is a folder or a name."""
    addresses, parameters, *_ = connect_utils._parse_connect_arguments(
        dsn=url, host=None, port=None, user=None, password=None, passfile=None, database=None,
        command_timeout=None, statement_cache_size=100, max_cached_statement_lifetime=300,
        max_cacheable_statement_size=15360, ssl=None, direct_tls=None, server_settings=None,
        target_session_attrs=None, krbsrvname=None, gsslib=None, service=None, servicefile=None,
    )  # fmt: skip
    return parameters.password, [each[0] for each in addresses], parameters.database


@given(st.text(string.ascii_letters + string.digits + string.punctuation, min_size=1))
@example("Winter?2026")
@example("1234?a=b")
@example("1234/abc")
@example("p@ss")
@example("50%")
@example("a#b")
@example("[::1]")
def test_a_password_is_read_as_it_was_typed_or_refused_without_a_word_of_it(password: str) -> None:
    url = f"postgresql://wfh:{password}@db.example.com:5432/wfhserver"
    try:
        read = checked_url(url)
    except ValueError as error:
        refused = str(error)
    else:
        refused = "must be escaped"
        found, hosts, database = read_by_the_driver(read)
        assert hosts == ["db.example.com"]
        assert database == "wfhserver"
        # What looks escaped is taken for that.
        assert found == (unquote(password) if "%" in password else password)
    assert "must be escaped" in refused or "is no host" in refused
    # Escaped, everything can be written.
    escaped = f"postgresql://wfh:{quote(password, safe='')}@db.example.com:5432/wfhserver"
    assert read_by_the_driver(checked_url(escaped))[0] == password
    assert without_password(escaped) == (
        "postgresql://wfh@db.example.com:5432/wfhserver",
        password,
    )


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://wfhserver@/wfhserver?host=/run/postgresql",
        "postgresql://wfhserver@/wfhserver?host=/run/postgresql&options=-crole%3Dwfhserver_owner",
        "postgresql://db.example.com/wfhserver",
        "postgres://wfh:secret@[fd00::5]:5432/wfhserver?sslmode=verify-full",
        "postgresql://wfh@one.example.com:5432,two.example.com:5433/wfhserver",
        "postgresql:///wfhserver",
    ],
)
def test_an_address_that_works_is_left_as_it_is(url: str) -> None:
    assert checked_url(url) == url


@pytest.mark.parametrize(
    ("url", "number"),
    [
        ("postgresql:///wfh", 1),
        ("postgresql://w:p%2C@db/wfh?sslmode=disable", 1),
        ("postgresql://w:p%2C@one:5432,[fd00::5]:5433,two/wfh", 3),
        ("postgresql://w:p%2C@/wfh?host=/run/one,two&port=5432,5433", 2),
        ("postgresql://w:p%2C@/wfh?port=5433&sslmode=disable&host=one,two", 2),
    ],
)
def test_each_host_of_an_address_is_read_as_the_driver_reads_all_of_them(
    url: str, number: int
) -> None:
    password, together, database = read_by_the_driver(url)
    apart = [read_by_the_driver(one) for one in one_host_urls(url)]

    assert [each for _, found, _ in apart for each in found] == together
    assert len(apart) == number
    assert {(found[0], found[2]) for found in apart} == {(password, database)}


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://wfh:Winter?2026@db/wfh", "write ? as %3F"),
        ("postgresql://wfh:Win/ter@db/wfh", "write / as %2F"),
        ("postgresql://wfh:Win@ter@db/wfh", "write @ as %40"),
        ("postgresql://wfh:Win#ter@db/wfh", "write # as %23"),
        ("postgresql://wfh:50%@db/wfh", "write % as %25"),
        ("postgresql://wfh:Win ter@db/wfh", "a blank is %20"),
        ("postgresql://wfh:Gr\u00fc\uff20\u00dfe@db/wfh", "beyond ASCII"),
        ("postgresql://wfh@db:port/wfh", "no host and port"),
        ("postgresql://wfh@db:99999/wfh", "no host and port"),
        ("postgresql://wfh@db/wfh?channel_binding=require", "does not know channel_binding"),
        ("postgresql://wfh@db/wfh?connect_timeout=5", "does not know connect_timeout"),
        ("postgresql://wfh@db/wfh?sslmode=required", "its sslmode is none of"),
        ("postgresql://wfh@db/wfh?sslmode", "not a list of name=value"),
    ],
)
def test_what_is_wrong_is_named_with_what_to_write(url: str, words: str) -> None:
    with pytest.raises(SettingsError) as raised:
        from_environment({"WFHSERVER_DATABASE_URL": url})

    message = str(raised.value)
    assert words in message
    assert message.startswith("WFHSERVER_DATABASE_URL cannot be used: ")
    for piece in ("Win", "2026", "Gr"):
        assert piece not in message


def test_an_unescaped_password_ends_the_start_and_appears_in_no_journal(tmp_path: Path) -> None:
    url = "postgresql://wfh:Winter?2026@127.0.0.1:9/wfhserver"
    app = "import wfhserver.app as app; app.create_app_from_environment()"
    for command in (["-m", "wfhserver", "serve"], ["-c", app]):
        done = subprocess.run(
            [sys.executable, *command],
            env={"PATH": os.environ["PATH"], "WFHSERVER_DATABASE_URL": url},
            capture_output=True, text=True, check=False, timeout=60, cwd=tmp_path,
        )  # fmt: skip

        assert done.returncode == 1
        assert "write ? as %3F" in done.stderr
        assert "Winter" not in done.stderr + done.stdout
        assert "2026@" not in done.stderr + done.stdout
