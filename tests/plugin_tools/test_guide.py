"""docs/writing-a-plugin.md works, block by block, in an empty folder."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.newcomer import Newcomer, blocks


@pytest.fixture
def newcomer(tmp_path: Path) -> Iterator[Newcomer]:
    with ExitStack() as stack:
        yield Newcomer(tmp_path, tmp_path, stack)


def test_the_guide_leads_to_a_section_on_the_receiver(newcomer: Newcomer):
    assert len(blocks()) >= 7

    for kind, where, text in blocks():
        newcomer.follow(kind, where, text)

    assert newcomer.output.count("The agent takes it.") == 3
    (log,) = [line for line in newcomer.received().splitlines() if line.startswith("log of agent")]
    # A device without a battery reports that.
    assert '"battery":' in log or '"battery.percent":"it has no battery"' in log
    assert {path.name for path in newcomer.folder.iterdir()} <= {
        *(
            "battery",
            "tickets",
            "plugins",
            "data",
            "agent.toml",
            "battery-0.1.0.wfhpack",
            "company.key",
            "arrivals.txt",
            "wfhagent-preview.webp",
        ),
        *(".pytest_cache", ".cache"),
    }
