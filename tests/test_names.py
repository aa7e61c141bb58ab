"""Which names a device reports when the system does not provide them."""

from pathlib import Path

import pytest
from tests.cli.test_doctor import status_of
from tests.linux_only import linux_only

from wfhagent.agent.names import last_names, names_from
from wfhagent.collect.gather import CollectedFacts
from wfhagent.errors import PluginError
from wfhagent.payload import Names
from wfhagent.status import StatusFile
from wfhagent.system import machine_id

KNOWN = Names(username="alice", hostname="laptop-7")


@pytest.mark.parametrize("facts", [{"username": "uid-1000"}, {}])
def test_while_the_directory_of_users_is_away_the_known_name_stays(facts: dict[str, str]):
    assert names_from(CollectedFacts(known={"hostname": "laptop-8", **facts}), KNOWN) == Names(
        username="alice", hostname="laptop-8"
    )


def test_a_user_whose_name_was_never_known_has_a_number():
    facts = CollectedFacts(known={"username": "uid-1000", "hostname": "laptop-7"})

    assert names_from(facts).username == "uid-1000"
    assert names_from(facts, names_from(facts)).username == "uid-1000"


@pytest.mark.parametrize("name", ["uid-1000x", "uid-", "my-uid-7", "bob"])
def test_a_name_that_only_looks_like_a_number_is_a_name(name: str):
    facts = CollectedFacts(known={"username": name, "hostname": "laptop-7"})

    assert names_from(facts, KNOWN).username == name


def test_without_any_name_the_error_says_what_to_do():
    with pytest.raises(PluginError, match="is `identity` disabled"):
        names_from(CollectedFacts(known={"hostname": "laptop-7"}))


def test_the_names_of_the_last_run_are_remembered(tmp_path: Path):
    file = tmp_path / "status.json"
    before = last_names(file)

    StatusFile(file).write(status_of(username="alice", hostname="laptop-7"))

    assert (before, last_names(file)) == (None, KNOWN)


@linux_only("/etc/machine-id")
def test_a_device_is_distinguished_by_its_machine_id(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    file = tmp_path / "machine-id"
    monkeypatch.setattr(machine_id, "_MACHINE_ID", file)
    none = machine_id.machine_hash()

    file.write_text("0123456789abcdef0123456789abcdef\n")
    first, again = machine_id.machine_hash(), machine_id.machine_hash()
    file.write_text("fedcba9876543210fedcba9876543210\n")

    assert none == ""
    assert first == again != machine_id.machine_hash()
    assert "0123456789abcdef" not in first
