"""From the page *Add devices* to the first heartbeat of a real agent, over TLS."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.end_to_end.site import Laptop, Site
from tests.waiting import PATIENCE_SECONDS

from wfhserver.testing.browser import chromium

pytestmark = pytest.mark.end_to_end
PASSWORD = "correct horse battery staple"
MSI = b"not really an installer"


@pytest.fixture
def site_with_release(site: Site, tmp_path: Path) -> Site:
    """A server with an address, the authority of its certificate, and a release."""
    release = tmp_path / "release"
    release.mkdir()
    (release / "wfhagent-0.1.0.msi").write_bytes(MSI)
    site.variables = {
        "WFHSERVER_PUBLIC_URL": site.url,
        "WFHSERVER_AGENT_CA_FILE": str(site.certificate.authority),
        "WFHSERVER_DOWNLOADS": str(release),
    }
    site.start_server()
    return site


@pytest.fixture
def page(site_with_release: Site) -> Iterator[Page]:
    """The page *Add devices*, opened by an administrator."""
    add = ("users", "add", "anna", "--role", "admin")
    site_with_release.administrate(*add, types=f"{PASSWORD}\n")
    expect.set_options(timeout=PATIENCE_SECONDS * 1000)
    with chromium() as browser:
        # Chromium does not know the authority of the test; the agent does.
        context = browser.new_context(
            base_url=site_with_release.url, ignore_https_errors=True, accept_downloads=True
        )
        page = context.new_page()
        page.goto("/add-devices")
        page.get_by_label("Name").fill("anna")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("heading", name="Add devices", level=1).wait_for()
        yield page
        context.close()


def save(page: Page, button: str, folder: Path) -> Path:
    with page.expect_download() as saved:
        page.get_by_role("button", name=button, exact=True).click()
    target = folder / saved.value.suggested_filename
    saved.value.save_as(target)
    return target


def test_the_page_leads_to_the_first_heartbeat_of_a_real_agent(page: Page, tmp_path: Path):
    folder = tmp_path / "laptop"
    folder.mkdir()
    page.get_by_label("Label").fill("Vienna")
    page.get_by_label("Company").fill("Example")
    page.get_by_role("button", name="Create token and files").click()
    expect(page.get_by_text("Waiting for the first heartbeat.")).to_be_visible()

    for name in ("agent.toml", "company-ca.pem"):
        save(page, f"Save {name}", folder)
    with ExitStack() as stack:
        laptop = Laptop(folder, {}, _of_a_user(folder), stack)
        laptop.start()
        expect(page.get_by_text("1 device has arrived.")).to_be_visible()
        expect(page.get_by_text("sends heartbeats.")).to_be_visible()
        assert laptop.status()["enrolled"] is True


def test_the_installer_is_downloaded_and_its_hash_is_shown(page: Page, tmp_path: Path):
    row = page.get_by_role("table", name="Files of the release").get_by_role("row").nth(1)
    expect(row).to_contain_text(hashlib.sha256(MSI).hexdigest())

    saved = save(page, "Download wfhagent-0.1.0.msi", tmp_path)

    assert saved.read_bytes() == MSI


def _of_a_user(home: Path) -> dict[str, str]:
    """The environment of a user whose folders are below *home*, without a session bus."""
    return {"PATH": os.environ["PATH"], "HOME": str(home)}
