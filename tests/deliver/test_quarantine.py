"""How long a transport is left alone whose process keeps failing."""

from wfhagent.deliver.quarantine import LONGEST_SECONDS, RECOVERED_AFTER, Quarantine


def test_each_failure_is_followed_by_a_longer_wait_up_to_an_hour():
    quarantine = Quarantine()
    waits = []
    for number in range(200):
        quarantine.fail("its process was ended by SIGSEGV", number)
        waits.append(quarantine.remaining(number))

    assert waits[:6] == [5, 20, 80, 320, 1280, LONGEST_SECONDS]
    assert waits[-1] == LONGEST_SECONDS


def test_the_third_failure_is_no_accident():
    quarantine = Quarantine()

    states = []
    for _ in range(3):
        quarantine.fail("why", 0)
        states.append(quarantine.is_on)

    assert states == [False, False, True]


def test_a_parcel_now_and_then_is_no_recovery():
    quarantine = Quarantine()
    for _ in range(5):
        for _ in range(RECOVERED_AFTER - 1):
            quarantine.carry()
        quarantine.fail("why", 0)

    assert quarantine.failures == 5


def test_after_an_hour_of_heartbeats_it_is_trusted_again():
    quarantine = Quarantine()
    quarantine.fail("why", 0)

    for _ in range(RECOVERED_AFTER):
        quarantine.carry()

    assert quarantine.remaining(1) == 0
    quarantine.fail("why", 10)
    assert quarantine.remaining(10) == 5
