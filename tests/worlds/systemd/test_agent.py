"""The agent from install to uninstall under a booted systemd, reporting to a real server.

One laptop lives through the tests in their order.
"""

from collections.abc import Callable, Iterator

import pytest
from tests.end_to_end.site import Site
from tests.waiting import wait_until
from tests.worlds.laptop import Laptop
from tests.worlds.site import running_site
from tests.worlds.systemd.installed import install_for_everybody, log_in
from tests.worlds.zones import zone_with_hour

RESTART_SECONDS = 90.0


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with running_site() as site:
        yield site


@pytest.fixture(scope="module")
def laptop(site: Site, make_machine: Callable[..., Laptop]) -> Laptop:
    laptop = make_machine(Laptop, "laptop-7")
    laptop.write("/etc/authority.pem", site.certificate.authority.read_text())
    token = site.administrate("tokens", "create", "--label", "laptops")
    days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    settings = {
        "server": {"url": site.url, "ca_file": "/etc/authority.pem", "auth_token": token},
        "agent": {"keyring": False},
        "detailed_log": {"time_zone": zone_with_hour(12), "working_days": days},
    }
    install_for_everybody(laptop, settings)
    return laptop


def agent_state(laptop: Laptop) -> str:
    return laptop.unit_state("wfhagent.service")


def heartbeats(site: Site) -> int:
    [row] = site.rows("SELECT count(*) AS n FROM employee_heartbeats")
    number: int = row["n"]
    return number


def wait_for_heartbeat(site: Site, more_than: int) -> None:
    wait_until(lambda: heartbeats(site) > more_than, "a heartbeat", RESTART_SECONDS)


def test_installed_for_somebody_who_is_not_logged_in_it_reports_nothing(
    laptop: Laptop, site: Site
) -> None:
    laptop.run("loginctl", "enable-linger", "alice")
    wait_until(lambda: laptop.systemctl("is-system-running", check=False) == "running", "linger")

    printed = laptop.as_management("wfhagent service install")

    assert "starts at the next sign-in to a desktop" in printed
    assert "not signed in to a desktop" in laptop.as_management(
        "wfhagent service start", check=False
    )
    # Whoever starts the unit all the same gets an agent that ends.
    laptop.systemctl("start", "wfhagent.service")
    wait_until(lambda: agent_state(laptop) == "inactive", "the end of the agent")
    assert heartbeats(site) == 0


def test_a_log_in_at_the_screen_starts_it_and_both_ends_are_held_up(
    laptop: Laptop, site: Site
) -> None:
    log_in(laptop, seat="seat0")

    wait_for_heartbeat(site, 0)
    assert agent_state(laptop) == "active"
    wait_until(lambda: laptop.delayed_ends() == {"shutdown", "sleep"}, "two delay locks")


def test_after_a_crash_it_is_started_again(laptop: Laptop, site: Site) -> None:
    before = heartbeats(site)

    process = laptop.systemctl("show", "-P", "MainPID", "wfhagent.service")
    laptop.run("sh", "-c", f"kill -KILL {process}")

    def restarts() -> str:
        return laptop.systemctl("show", "-P", "NRestarts", "wfhagent.service")

    wait_until(lambda: restarts() == "1", "a restart", RESTART_SECONDS)
    wait_for_heartbeat(site, before)


def test_a_log_out_ends_it_although_the_users_systemd_stays(laptop: Laptop) -> None:
    laptop.log_out()

    wait_until(lambda: agent_state(laptop) == "inactive", "the end of the agent")
    assert laptop.delayed_ends() == set()


def test_a_log_in_without_a_seat_starts_it_and_holds_the_shutdown_up(
    laptop: Laptop, site: Site
) -> None:
    before = heartbeats(site)

    log_in(laptop, seat="")

    wait_for_heartbeat(site, before)
    # logind gives the lock of the sleep to sessions at the device only.
    wait_until(lambda: "shutdown" in laptop.delayed_ends(), "a delay lock")


def test_logs_that_are_owed_at_power_off_are_on_the_disk_before_it(
    laptop: Laptop, site: Site
) -> None:
    laptop.power_off()
    before = heartbeats(site)
    laptop.boot()

    # Linger starts the user's systemd, and nothing of ours with it.
    wait_until(lambda: laptop.systemctl("is-system-running", check=False) == "running", "linger")
    assert agent_state(laptop) == "inactive"
    assert heartbeats(site) == before

    log_in(laptop, seat="seat0")
    wait_for_heartbeat(site, before)
    wait_until(lambda: len(site.rows("SELECT slot FROM employee_logs")) == 2, "both logs")
    slots = site.rows("SELECT slot FROM employee_logs ORDER BY slot")
    assert [row["slot"] for row in slots] == [1, 2]


def test_after_uninstall_nothing_of_it_is_left_but_the_employees_data(laptop: Laptop) -> None:
    laptop.as_management("wfhagent service uninstall")

    assert agent_state(laptop) == "inactive"
    left = laptop.as_management("find .config -name '*wfhagent*'; ls .local/share/wfhagent")
    assert ".config" not in left
    assert "outbox.sqlite3" in left
