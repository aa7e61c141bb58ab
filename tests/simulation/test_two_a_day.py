"""Whatever happens to the laptop, the server has two logs a day, and the agent takes no third."""

import tempfile
from pathlib import Path

import pytest
from tests.schedule.laptop_days import Kind
from tests.scratch import fast_disk
from tests.simulation.mischief import LogLaws, Mischief, MischievousLife
from tests.simulation.story import Story

LIVES = 3
WORKING_DAYS = 15


def lived(mischief: Mischief, folder: Path) -> list[tuple[LogLaws, int]]:
    """Return the ledgers of some lives, and how often mischief was done in each."""
    found = []
    for number, kind in zip(range(LIVES), Kind, strict=False):
        story = Story(kind=kind, seed=f"2.{number}", working_days=WORKING_DAYS, announced=0.9)
        life = MischievousLife(story, folder / f"{number}", mischief)
        life.live()
        found.append((life.ledger, life.done))
    return found


@pytest.mark.parametrize("mischief", Mischief)
def test_no_mischief_makes_a_third_log(mischief: Mischief):
    with tempfile.TemporaryDirectory(dir=fast_disk()) as folder:
        lives = lived(mischief, Path(folder))

    assert [fault for ledger, _ in lives for fault in ledger.faults] == []
    assert sum(done for _, done in lives) > 2 * LIVES
    # An agent that takes no logs at all would break no law.
    days = sum(ledger.days for ledger, _ in lives)
    stored = sum(len(slots) for ledger, _ in lives for slots in ledger.receiver.logs.values())
    assert days > LIVES
    assert stored > days
