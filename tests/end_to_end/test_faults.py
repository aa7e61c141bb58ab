"""Mistakes of an administrator are explained in words and cost no data."""

import re

import pytest
import trustme
from tests.end_to_end.site import Laptop, Site
from tests.waiting import wait_until

from wfhagent.system.lock import hold

pytestmark = pytest.mark.end_to_end

HEARTBEATS = "TABLE heartbeats_by_employee"


def test_a_wrong_token_is_reported_and_nothing_is_lost(site: Site, laptop: Laptop):
    right = laptop.settings["server"]["auth_token"]
    laptop.configure("server", auth_token="wfhe_wrong")
    site.start_server()
    laptop.start()
    status = wait_until(
        lambda: (now := laptop.status()).get("problem_code") and now, "a refusal with a code"
    )
    screen = laptop.run("status")
    laptop.kill()

    assert status["problem_code"] == "enrollment_token_invalid"
    assert status["queued_heartbeats"] >= 1
    assert screen.returncode == 1
    assert "(enrollment_token_invalid)" in screen.stdout
    assert site.rows(HEARTBEATS) == []

    laptop.configure("server", auth_token=right)
    laptop.start()
    wait_until(lambda: len(site.rows(HEARTBEATS)) >= 2, "the heartbeats of before and now")


def test_a_revoked_agent_keeps_its_data_and_says_so(site: Site, laptop: Laptop):
    site.start_server()
    laptop.run("enroll")
    (agent,) = re.findall(r"^(a\d+)\t", site.administrate("agents", "list"), re.MULTILINE)
    site.administrate("agents", "revoke", agent)
    laptop.configure("server", auth_token="wfhe_wrong")

    sent = laptop.run("send", "heartbeat")

    assert sent.returncode == 1
    assert "is waiting in the outbox and will be sent later" in sent.stderr
    assert site.rows(HEARTBEATS) == []


@pytest.mark.parametrize("command", [("run",), ("send", "heartbeat"), ("enroll",)])
def test_an_address_in_the_clear_is_refused_at_the_start(laptop: Laptop, command: tuple[str, ...]):
    laptop.configure("server", url="http://wfh.example.com")

    refused = laptop.run(*command)

    assert refused.returncode == 1
    assert "[server] url: http://wfh.example.com would send token" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_certificate_that_is_not_trusted_is_named_with_its_issuer(site: Site, laptop: Laptop):
    trustme.CA(organization_name="Another Corp").cert_pem.write_to_path(laptop.folder / "ca.pem")
    laptop.configure("server", ca_file=str(laptop.folder / "ca.pem"))
    site.start_server()
    laptop.start()

    status = wait_until(
        lambda: "issued by" in (now := laptop.status()).get("problem", "") and now,
        "a refusal that names the issuer",
    )

    assert "O=trustme" in status["problem"]
    assert "[server] ca_file" in status["problem"]
    assert status["queued_heartbeats"] >= 1
    assert site.rows(HEARTBEATS) == []


def test_a_second_agent_of_the_same_user_names_the_first(site: Site, laptop: Laptop):
    laptop.start()
    wait_until(laptop.status, "the first agent's status")

    second = laptop.run("run")

    assert second.returncode == 1
    assert "Another agent of this user is running" in second.stderr


def test_a_second_agent_with_a_data_folder_of_its_own_is_refused_too(site: Site, laptop: Laptop):
    laptop.start()
    wait_until(laptop.status, "the first agent's status")
    first = laptop.file.rename(laptop.folder / "first.toml")
    laptop.configure("agent", data_directory=str(laptop.folder / "hidden"))

    second = laptop.run("run", "--quiet")
    by_hand = laptop.run("send", "log")
    shown = laptop.run("status")

    for refused in (second, by_hand):
        assert refused.returncode == 1
        assert f"Another agent of this user is running: {laptop.file}" in refused.stderr
    assert not (laptop.folder / "hidden" / "outbox.sqlite3").exists()
    assert "OTHER AGENT  running since" in shown.stderr + shown.stdout
    assert first.exists()


def test_an_agent_that_starts_during_a_command_waits_for_its_end(site: Site, laptop: Laptop):
    site.start_server()
    laptop.run("enroll")
    with hold(laptop.folder / "data" / "delivery.lock"):
        agent = laptop.start()
        journal = laptop.folder / "data" / "agent.log"
        wait_until(
            lambda: journal.exists() and "Waiting for a command" in journal.read_text(),
            "the agent's patience",
        )

        assert agent.poll() is None
        assert site.rows(HEARTBEATS) == []

    wait_until(lambda: site.rows(HEARTBEATS), "a heartbeat")
