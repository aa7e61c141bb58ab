"""kill -9 between collecting and sending, and between storing and the acknowledgement."""

from collections import Counter

import pytest
from tests.end_to_end.forgetful_network import ForgetfulNetwork
from tests.end_to_end.site import Laptop, Site
from tests.waiting import wait_until

pytestmark = pytest.mark.end_to_end

TIMES = 'SELECT "timestamp" FROM employee_heartbeats ORDER BY 1'
LOGS = "SELECT slot, screenshot_status FROM logs_by_employee"


def test_what_was_collected_before_a_power_cut_is_sent_after_it(site: Site, laptop: Laptop):
    laptop.start()
    wait_until(lambda: laptop.status().get("queued_heartbeats", 0) >= 2, "two heartbeats waiting")
    laptop.kill()
    waiting = laptop.run("send", "log")
    before = laptop.status()

    site.start_server()
    laptop.start()
    wait_until(lambda: site.rows(LOGS), "the log")
    after = wait_until(
        lambda: (now := laptop.status()).get("queued_heartbeats") == 0 and now, "an empty outbox"
    )

    assert waiting.returncode == 1
    assert "is waiting in the outbox" in waiting.stderr
    assert before["queued_heartbeats"] >= 2
    assert after["queued_logs"] == 0
    assert site.rows(LOGS) == [{"slot": 0, "screenshot_status": "no_display"}]
    times = [row["timestamp"] for row in site.rows(TIMES)]
    assert len(times) == len(set(times)) >= 3


def test_what_was_stored_but_not_acknowledged_is_not_stored_twice(
    site: Site, laptop: Laptop, network: ForgetfulNetwork
):
    laptop.configure("server", url=f"https://127.0.0.1:{network.port}", timeout_seconds=10)
    site.start_server()
    laptop.run("enroll")
    network.loses_answers = True
    laptop.start()
    wait_until(lambda: site.rows(TIMES), "the first heartbeat on the server")
    laptop.kill()
    stored_unheard = site.rows(TIMES)
    queued = laptop.status()

    network.loses_answers = False
    laptop.start()
    wait_until(lambda: len(site.rows(TIMES)) > len(stored_unheard), "another heartbeat")
    wait_until(lambda: laptop.status().get("queued_heartbeats") == 0, "an empty outbox")

    # The agent was cut off before it could say anything of the first one.
    assert queued.get("delivered_at") is None
    times = Counter(row["timestamp"] for row in site.rows(TIMES))
    assert set(times.values()) == {1}
