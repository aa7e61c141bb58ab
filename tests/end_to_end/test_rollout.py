"""From an empty server to the first heartbeat, and to somebody who leaves: in the browser alone."""

import getpass
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.end_to_end.rollout import Rollout
from tests.end_to_end.site import Site
from tests.waiting import PATIENCE_SECONDS

from wfhserver.testing.browser import chromium

pytestmark = pytest.mark.end_to_end


@pytest.fixture
def rollout(site: Site, tmp_path: Path) -> Iterator[Rollout]:
    """A server without an account, and a browser."""
    site.variables = {
        "WFHSERVER_PUBLIC_URL": site.url,
        "WFHSERVER_AGENT_CA_FILE": str(site.certificate.authority),
    }
    site.start_server()
    expect.set_options(timeout=PATIENCE_SECONDS * 1000)
    folder = tmp_path / "laptop"
    folder.mkdir()
    with ExitStack() as stack, chromium() as browser:
        context = browser.new_context(base_url=site.url, ignore_https_errors=True)
        yield Rollout(context.new_page(), site, folder, stack)
        context.close()


def test_an_administrator_does_every_job_on_the_dashboard_alone(
    rollout: Rollout, record_testsuite_property: Callable[[str, object], None]
):
    with rollout.job("first administrator"):
        rollout.set_up()
    with rollout.job("files for a laptop"):
        rollout.create_files()
    with rollout.job("first heartbeat"):
        rollout.install()
    with rollout.job("left the company"):
        rollout.let_leave(getpass.getuser())
    headings, agent = (
        line.split("\t") for line in rollout.site.administrate("agents", "list").splitlines()
    )
    assert agent[headings.index("REVOKED")] != "-"
    # In the report of the tests (--junit-xml); docs/benchmarks.md has them.
    record_testsuite_property("seconds", rollout.seconds)
