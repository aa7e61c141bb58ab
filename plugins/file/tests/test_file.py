"""Each parcel becomes a complete file. An agent with this transport needs no server."""

import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from wfhagent.plugin import Attachment, Parcel, ParcelKind
from wfhagent.testing import LOOPBACK, check_transport
from wfhagent_file import File, FileConfig

HEARTBEAT = Parcel(kind=ParcelKind.HEARTBEAT, token="file", body=b'[{"username": "alice"}]')
SCREENSHOT = Attachment(name="screenshot", media_type="image/webp", data=b"RIFF")
LOG = Parcel(kind=ParcelKind.LOG, token="file", body=b'{"slot": 1}', attachment=SCREENSHOT)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "carrier" / "wfhagent"


@pytest.fixture
def transport(folder: Path) -> File:
    return File(FileConfig(directory=str(folder)), LOOPBACK)


def test_an_agent_can_act_on_every_answer(transport: File):
    assert check_transport(transport) == []


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_a_heartbeat_becomes_a_file_with_the_body_of_the_protocol(transport: File, folder: Path):
    assert transport.send(HEARTBEAT).status == 200

    (name,) = names(folder)
    assert json.loads((folder / name).read_bytes()) == [{"username": "alice"}]


def test_a_log_is_next_to_its_screenshot(transport: File, folder: Path):
    transport.send(LOG)

    log, screenshot = names(folder)
    assert log.endswith(".json")
    assert screenshot == log.removesuffix(".json") + ".webp"
    assert (folder / screenshot).read_bytes() == b"RIFF"


def test_names_sort_in_the_order_in_which_parcels_came(transport: File, folder: Path):
    bodies = [f'[{{"seq": {number}}}]'.encode() for number in range(20)]
    for body in bodies:
        transport.send(Parcel(kind=ParcelKind.HEARTBEAT, token="file", body=body))

    assert [(folder / name).read_bytes() for name in names(folder)] == bodies


def test_enrollment_is_answered_on_the_spot_and_written_nowhere(transport: File, folder: Path):
    delivery = transport.send(Parcel(kind=ParcelKind.ENROLL, token="x", body=b"{}"))

    assert delivery.status == 201
    assert delivery.body == {"token": "file", "slots_taken": []}
    assert not folder.exists()


def test_the_laptops_own_clock_is_the_right_one(transport: File):
    server_time = transport.send(HEARTBEAT).server_time

    assert server_time is not None
    assert abs((server_time - datetime.now(UTC)).total_seconds()) < 60  # noqa: TID251


def test_nobody_says_where_the_machine_is(transport: File):
    link = transport.send(Parcel(kind=ParcelKind.MY_DATA_LINK, token="file"))
    delivery = transport.send(Parcel(kind=ParcelKind.WHEREAMI, token="file"))

    assert link.status is None

    assert delivery.status is None
    assert "There is no server" in delivery.detail


def test_a_folder_that_cannot_be_made_keeps_the_entry_and_says_why(tmp_path: Path):
    (tmp_path / "carrier").write_text("a file in the way")
    transport = File(FileConfig(directory=str(tmp_path / "carrier" / "wfhagent")), LOOPBACK)

    delivery = transport.send(HEARTBEAT)

    assert delivery.status is None
    assert "carrier" in delivery.detail
    # Windows reports it as a file that already exists.
    assert re.search("Not a directory|already exists", delivery.detail)


def test_a_full_disk_leaves_no_half_a_file(
    transport: File, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    assert "No space left on device" in transport.send(LOG).detail
    assert names(folder) == []


def test_without_a_folder_it_says_which_key_is_missing():
    with pytest.raises(ValueError, match=r"\[plugins.file\] directory is empty"):
        File(FileConfig(), LOOPBACK)
