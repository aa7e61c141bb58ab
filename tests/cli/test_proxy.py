"""Which proxy is used, which servers bypass it, and that no proxy password is printed."""

import base64

import pytest
from tests.cli.conftest import Laptop
from tests.cli.test_report import contents
from tests.wine import one_case_under_wine

from wfhagent.errors import WfhagentError
from wfhagent.system.no_proxy import exempting_entry
from wfhagent.system.proxy import Proxy, find_proxy, hide_passwords

EXEMPT = [
    ("https://10.1.2.3:9721", "10.0.0.0/8"),
    ("https://10.1.2.3", "10.1.2.3"),
    ("https://10.1.2.3", "10.1.2.77/24"),
    ("https://10.1.2.3:9721", "10.1.2.3:9721"),
    ("https://10.1.2.3", "10.1.*"),
    ("https://[::ffff:10.1.2.3]", "10.0.0.0/8"),
    ("https://[fd00::5]:9721", "fd00::5"),
    ("https://[fd00::5]:9721", "[fd00::5]"),
    ("https://[fd00::5]:9721", "[fd00::5]:9721"),
    ("https://[FD00:0::5]:9721", "fd00::/8"),
    ("https://[fd00::5]:9721", "[fd00::]/8"),
    ("https://wfh.example.com", "wfh.example.com"),
    ("https://WFH.example.com.", "wfh.Example.com"),
    ("https://wfh.example.com", "wfh.example.com:443"),
    ("https://wfh.example.com", "example.com"),
    ("https://wfh.example.com", ".example.com"),
    ("https://wfh.example.com", "*.example.com"),
    ("https://example.com", ".example.com"),
    ("https://wfh.example.com", "wfh.*"),
    ("https://wfh.example.com", "http://wfh.example.com"),
    ("https://büro.example.com", "xn--bro-hoa.example.com"),
    ("https://wfh.example.com", "*"),
]
NOT_EXEMPT = [
    ("https://11.1.2.3", "10.0.0.0/8"),
    ("https://10.1.2.3", "10.1.2.3:8443"),
    ("https://10.1.2.3", "1.2.3"),
    ("https://[fd00::5]", "fd01::/16"),
    ("https://[fd00::5]", "10.0.0.0/8"),
    ("https://wfh.example.com", "fh.example.com"),
    ("https://wfh.example.com", "example.co"),
    ("https://wfh.example.com", "wfh.example.com.evil.org"),
    ("https://wfh.example.com:8443", "wfh.example.com:443"),
    ("https://wfh.example.com", "10.0.0.0/8"),
    ("https://wfh.example.com", ""),
    ("https://wfh.example.com", " , ,"),
    ("https://wfh.example.com", "."),
    ("https://wfh.example.com", "[::"),
]
AWKWARD = {
    "a slash": "pa/ss1word",
    "an at sign": "p@ss2word",
    "a question mark": "pa?ss3word",
    "a number sign": "pa#ss4word",
    "a colon": "pa:ss5word",
    "a percent sign": "pa%ss6word",
    "brackets": "pa[ss7]word",
    "a quote": "pa'ss8\"word",
    "several": "p@a/s?s9#word@/x",
    "escapes": "pa%2Fss%40word",
}


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize(("url", "entry"), EXEMPT)
def test_a_server_is_exempt_by_each_form_of_an_entry(
    url: str, entry: str, monkeypatch: pytest.MonkeyPatch
):
    assert exempting_entry(url, f"localhost, nowhere.example {entry}") == entry
    monkeypatch.setenv("https_proxy", "http://proxy.example.com:3128")
    monkeypatch.setenv("NO_PROXY", entry)
    assert find_proxy(url, "") is None


@pytest.mark.parametrize(("url", "entry"), NOT_EXEMPT)
def test_a_server_is_not_exempt_by_an_entry_for_another_one(url: str, entry: str):
    assert exempting_entry(url, entry) == ""


def test_the_doctor_names_the_entry_that_exempts_the_server(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch
):
    laptop.configure("server", url="https://10.20.30.40:9")
    monkeypatch.setenv("https_proxy", "http://proxy.example.com:3128")
    monkeypatch.setenv("no_proxy", "localhost,10.0.0.0/8")
    monkeypatch.setattr("wfhagent.doctor.examine.check_server", lambda *_: iter(()))

    assert "exempt by '10.0.0.0/8' in no_proxy" in laptop.run("doctor").stdout


@pytest.mark.parametrize("password", AWKWARD.values(), ids=AWKWARD)
def test_a_password_is_used_as_it_is_or_named_as_one_to_escape(password: str):
    proxy = Proxy(f"http://bob:{password}@127.0.0.1:9723", "https_proxy")

    if problem := proxy.problem():
        assert "must be escaped" in problem
        assert "https_proxy" in problem
    else:
        assert proxy.address == "http://127.0.0.1:9723"
        assert proxy.credentials in {("bob", password), ("bob", "pa/ss@word")}
        assert proxy.shown == "http://***@127.0.0.1:9723"
    assert _pieces(password) & _words(problem + proxy.shown + repr(proxy)) == set()


@one_case_under_wine
@pytest.mark.parametrize("password", AWKWARD.values(), ids=AWKWARD)
@pytest.mark.parametrize("place", ["environment", "settings"])
def test_no_command_and_no_file_shows_a_password(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch, password: str, place: str
):
    url = f"http://bob:{password}@127.0.0.1:9723"
    monkeypatch.chdir(laptop.folder)
    if place == "environment":
        laptop.configure("server", url="https://192.0.2.1")
        monkeypatch.setenv("https_proxy", url)
        monkeypatch.setenv("HTTP_PROXY", url)
    else:
        laptop.configure("server", proxy=url)
    basic = base64.b64encode(f"bob:{password}".encode()).decode()
    (laptop.data / "agent.log").write_text(f"{url} {password} {basic}\n")

    text = "".join(_shown(laptop, words) for words in ("send heartbeat", "doctor", "status"))
    text += _shown(laptop, "report --output r.zip")
    text += "".join(contents(laptop.folder / "r.zip").values())
    files = [file for file in laptop.data.iterdir() if file.name != "agent.log"]
    text += "".join(file.read_bytes().decode(errors="replace") for file in files)
    assert password not in text
    assert basic not in text
    assert _pieces(password) & _words(text) == set()


def _shown(laptop: Laptop, words: str) -> str:
    try:
        done = laptop.run(*words.split())
    except WfhagentError as error:
        # `main` prints it.
        return str(error)
    return done.stdout + done.stderr


def _pieces(password: str) -> set[str]:
    return {piece for piece in _words(password) if len(piece) > 3}


def _words(text: str) -> set[str]:
    for mark in "@/?#:%[]'\"":
        text = text.replace(mark, " ")
    return set(text.split())


@pytest.mark.parametrize(
    "url", ["bob:s3cret@127.0.0.1:3128", "http//bob:s3cret@proxy", "http://:x"]
)
def test_what_is_no_address_is_named_by_its_variable_only(url: str):
    problem = Proxy(url, "[server] proxy").problem()

    assert problem.startswith("[server] proxy: this is not the address of a proxy, ")
    assert "s3cret" not in problem


def test_what_a_transport_says_is_given_without_passwords(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("all_proxy", "bob:s3cret@127.0.0.1:3128")

    text = "no way by http://eve:other@proxy:1 (Ym9iOnMzY3JldA== or s3cret)"

    assert hide_passwords(text, "") == "no way by http://***@proxy:1 (*** or ***)"


def test_an_address_of_the_server_with_a_password_is_refused_and_not_shown(laptop: Laptop):
    laptop.configure("server", url="https://bob:pa/ss@wfh.example.com")

    shown = _shown(laptop, "status")

    assert "[server] url" in shown
    assert "pa/ss" not in shown
