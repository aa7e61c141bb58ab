"""Who may change a file on Windows, by its security descriptor."""

import struct
from pathlib import Path

import pytest

from wfhagent.errors import SettingsError
from wfhagent.system.access_control import (
    ADMINISTRATORS,
    CHANGE,
    MACHINE,
    OWNER_RIGHTS,
    REPLACE,
    SYSTEM,
    TRUSTED_INSTALLER,
    read_security,
    read_sid,
)
from wfhagent.system.paths import check_machine_file

ALICE = "S-1-5-21-1004336348-1177238915-682003330-1001"
MALLORY = "S-1-5-21-1004336348-1177238915-682003330-1002"
USERS = "S-1-5-32-545"
AUTHENTICATED = "S-1-5-11"
CREATOR_OWNER = "S-1-3-0"
FULL, MODIFY, READ = 0x1F01FF, 0x1301BF, 0x1200A9
ADD_FILE, ADD_FOLDER, DELETE_CHILD, WRITE_ATTRIBUTES = 0x2, 0x4, 0x40, 0x100
INHERIT_ONLY = 0x8
ALLOW, DENY, AUDIT = 0, 1, 2
YOU = MACHINE | {ALICE}


def sid(text: str) -> bytes:
    _, revision, authority, *parts = text.split("-")
    numbers = struct.pack(f"<{len(parts)}I", *map(int, parts))
    return struct.pack(">BBHI", int(revision), len(parts), 0, int(authority)) + numbers


def descriptor(owner: str, *entries: tuple[int, int, int, str]) -> bytes:
    """Return owner and list as Windows packs them; each entry is type, flags, mask and SID."""
    who, acl = sid(owner), b""
    for kind, flags, mask, whom in entries:
        acl += struct.pack("<BBHI", kind, flags, 8 + len(sid(whom)), mask) + sid(whom)
    head = struct.pack("<BBHHH", 2, 0, 8 + len(acl), len(entries), 0)
    return struct.pack("<BBHIIII", 1, 0, 0x8004, 20, 0, 0, 20 + len(who)) + who + head + acl


@pytest.mark.parametrize("text", [SYSTEM, ADMINISTRATORS, TRUSTED_INSTALLER, ALICE, "S-1-1-0"])
def test_a_sid_is_read(text: str):
    assert read_sid(sid(text)) == text


@pytest.mark.parametrize("owner", [SYSTEM, ADMINISTRATORS, TRUSTED_INSTALLER, ALICE])
def test_a_file_of_yours_or_of_the_machine_is_trusted(owner: str):
    found = read_security(
        descriptor(
            *(owner, (ALLOW, 0, FULL, SYSTEM), (ALLOW, 0, FULL, ADMINISTRATORS)),
            *((ALLOW, 0, FULL, owner), (ALLOW, 0, READ, USERS), (ALLOW, 0, FULL, OWNER_RIGHTS)),
        )
    )

    assert found.is_owned(YOU)
    assert not found.others_may(CHANGE, YOU)


def test_a_file_of_another_user_is_not():
    assert not read_security(descriptor(MALLORY)).is_owned(YOU)


@pytest.mark.parametrize(
    "right",
    [
        *(FULL, MODIFY, 0x2, 0x4, 0x10, 0x10000, 0x40000, 0x80000, DELETE_CHILD),
        *(0x10000000, 0x40000000),
    ],
)
def test_any_right_to_change_counts(right: int):
    found = read_security(descriptor(ALICE, (ALLOW, 0, right, USERS)))

    assert found.others_may(CHANGE, YOU)


@pytest.mark.parametrize(
    "entry",
    [
        (ALLOW, 0, READ | WRITE_ATTRIBUTES, USERS),
        (ALLOW, INHERIT_ONLY | 3, FULL, CREATOR_OWNER),
        (DENY, 0, FULL, USERS),
        (AUDIT, 0, FULL, USERS),
        (ALLOW, 0, FULL, ALICE),
    ],
)
def test_what_grants_nothing_here_or_to_nobody_else_does_not(entry: tuple[int, int, int, str]):
    assert not read_security(descriptor(ALICE, entry)).others_may(CHANGE, YOU)


def test_an_entry_with_a_condition_grants_too():
    assert read_security(descriptor(ALICE, (9, 0, MODIFY, USERS))).others_may(CHANGE, YOU)


def test_a_folder_that_a_user_made_in_programdata_is_refused():
    """Users may create files in it by inherited rights, and its creator owns it."""
    inherited = (
        (ALLOW, 0x13, FULL, SYSTEM),
        (ALLOW, 0x13, FULL, ADMINISTRATORS),
        (ALLOW, 0x10, FULL, MALLORY),
        (ALLOW, 0x1B, 0x10000000, CREATOR_OWNER),
        (ALLOW, 0x13, READ, USERS),
        (ALLOW, 0x12, ADD_FILE | ADD_FOLDER | 0x10 | WRITE_ATTRIBUTES, USERS),
    )
    found = read_security(descriptor(MALLORY, *inherited))

    assert not found.is_owned(YOU)
    assert found.others_may(CHANGE, YOU)


def test_the_root_of_the_disk_lets_nobody_replace_a_folder():
    root = (
        (ALLOW, 3, FULL, SYSTEM),
        (ALLOW, 3, FULL, ADMINISTRATORS),
        (ALLOW, 0, ADD_FOLDER, AUTHENTICATED),
        (ALLOW, 0xB, 0xE0010000, AUTHENTICATED),
    )
    found = read_security(descriptor(TRUSTED_INSTALLER, *root))

    assert found.others_may(CHANGE, YOU)
    assert not found.others_may(REPLACE, YOU)


def test_no_list_is_everything_for_everybody_and_an_empty_one_nothing():
    nothing = descriptor(ALICE)
    without_list = nothing[:16] + bytes(4) + nothing[20:]

    assert read_security(without_list).others_may(CHANGE, YOU)
    assert not read_security(nothing).others_may(CHANGE, YOU)


@pytest.mark.parametrize("length", [0, 10, 25, 50, 70])
def test_a_descriptor_that_is_cut_short_is_an_error(length: int):
    with pytest.raises(ValueError, match="cut short"):
        read_security(descriptor(ALICE, (ALLOW, 0, FULL, ALICE))[:length])


@pytest.mark.parametrize("bad", ["folder", "file"])
def test_the_agent_toml_of_the_machine_is_refused_when_others_may_change_it(
    bad: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    file = tmp_path / "agent.toml"
    file.touch()
    place = file if bad == "file" else tmp_path
    monkeypatch.setattr(
        "wfhagent.system.paths.mistrust",
        lambda path: "can be changed by other users" if path == place else "",
    )

    with pytest.raises(SettingsError) as refused:
        check_machine_file(file)

    assert str(refused.value).startswith(
        f"{place}: can be changed by other users, so it is not used. Ask IT"
    )


def test_a_machine_file_that_is_trusted_or_missing_is_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("wfhagent.system.paths.mistrust", lambda _path: "")
    check_machine_file(tmp_path / "agent.toml")

    def missing(path: Path) -> str:
        raise FileNotFoundError(path)

    monkeypatch.setattr("wfhagent.system.paths.mistrust", missing)
    check_machine_file(tmp_path / "nowhere" / "agent.toml")
