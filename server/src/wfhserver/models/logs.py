"""What becomes of a detailed log."""

from enum import StrEnum


class LogOutcome(StrEnum):
    """What became of a detailed log; only STORED stores it.

    DUPLICATE is the same log once more: its answer was lost on the way. SLOT_TAKEN is another log
    of a slot that is filled, by whichever agent of the same person and host.
    """

    STORED = "stored"
    DUPLICATE = "duplicate"
    SLOT_TAKEN = "slot_taken"
    TEST_LIMIT = "test_limit"
