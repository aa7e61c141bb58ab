"""What docs/deploy-ubuntu.md and its units say about each other; nothing is run.

What a booted systemd makes of them is shown by tests/worlds/systemd.
"""

import re
from pathlib import Path

import pytest
from server.tests.machine import REPOSITORY, blocks_of_page

PAGE = (REPOSITORY / "docs" / "deploy-ubuntu.md").read_text(encoding="utf-8")
UNITS = sorted((REPOSITORY / "packaging" / "server").glob("*.service"))


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_runs_only_programs_of_our_own_and_the_shell(unit: Path) -> None:
    # procps, for one, is not in a small Debian: /bin/kill is missing there.
    programs = re.findall(r"^Exec\w+=-?(\S+)", unit.read_text(), re.MULTILINE)

    assert programs
    for program in programs:
        assert program == "/bin/sh" or program.startswith(("/opt/wfhserver/", "/usr/local/sbin/"))


def test_a_certificate_of_ones_own_goes_where_nginx_looks() -> None:
    nginx = (REPOSITORY / "packaging" / "server" / "nginx.conf").read_text()
    files = re.findall(r"^  ssl_certificate\w* (.*);$", nginx, re.MULTILINE)

    assert len(files) == 2
    for file in files:
        assert f"`{file.replace('wfh.example.com', '$DOMAIN')}`" in PAGE


def test_a_request_after_a_reload_of_nginx_is_tried_again() -> None:
    # systemctl does not wait until nginx listens on a port that is new.
    (block,) = [each for each in blocks_of_page()[6] if "reload nginx\ncurl" in each]

    assert "--retry-connrefused" in block


def test_the_server_may_list_the_folder_of_backups_and_no_more() -> None:
    steps = blocks_of_page()
    made = "install -d -m 0750 -g wfhserver /var/backups/wfhserver\n"
    environment = (REPOSITORY / "packaging" / "server" / "environment").read_text()

    assert made in steps[3][0]
    # The copied folder has the numbers of the other machine.
    assert made in steps[12][0]
    assert 'WFHSERVER_BACKUP_DIRECTORY="/var/backups/wfhserver"\n' in environment


def test_after_a_loss_the_steps_that_start_the_units_come_last_and_start_the_timer() -> None:
    steps = blocks_of_page()

    assert "Steps 5 and 6 then start everything" in PAGE
    (start,) = [block for block in steps[5] if "systemctl enable" in block]
    assert re.search(r"enable --now .*wfhserver-backup\.timer", start)
    assert "wfhserver-restore" in steps[12][0]
