"""What an administrator does between an empty server and somebody who leaves, in the browser."""

import os
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page, expect
from tests.end_to_end.site import Laptop, Site
from tests.waiting import wait_until

PASSWORD = "correct horse battery staple"
_CODE = re.compile(r"\b[A-Z0-9]{4}(?:-[A-Z0-9]{4}){3}\b")


@dataclass
class Rollout:
    """One administrator at one page of *site*; *seconds* has the time that each job took."""

    page: Page
    site: Site
    folder: Path
    stack: ExitStack
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def job(self, name: str) -> Iterator[None]:
        """Measure a job."""
        began = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - began

    def set_up(self) -> None:
        """Create the first administrator with the code that the server has printed."""
        journal = self.site.folder / "server.log"
        wait_until(lambda: _CODE.search(journal.read_text()) is not None, "the setup code")
        found = _CODE.search(journal.read_text())
        assert found is not None
        page = self.page
        page.goto("/")
        page.get_by_role("link", name="Set up this server").click()
        page.get_by_label("Setup code").fill(found[0])
        page.get_by_label("Username").fill("anna")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Create administrator").click()
        expect(page.get_by_role("heading", name="Getting started")).to_be_visible()

    def create_files(self) -> None:
        """Create a token, and save the files for a laptop."""
        page = self.page
        page.goto("/add-devices")
        page.get_by_label("Label").fill("Vienna")
        page.get_by_label("Company").fill("Example")
        page.get_by_role("button", name="Create token and files").click()
        expect(page.get_by_text("Waiting for the first heartbeat.")).to_be_visible()
        for name in ("agent.toml", "company-ca.pem"):
            self.save(f"Save {name}")

    def save(self, button: str) -> Path:
        """Save what a button downloads; return the file."""
        with self.page.expect_download() as saved:
            self.page.get_by_role("button", name=button, exact=True).click()
        target = self.folder / saved.value.suggested_filename
        saved.value.save_as(target)
        return target

    def install(self) -> None:
        """Start a real agent with those files; the page says when its heartbeat has come."""
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.folder)}
        Laptop(self.folder, {}, environment, self.stack).start()
        expect(self.page.get_by_text("1 device has arrived.")).to_be_visible()
        expect(self.page.get_by_text("sends heartbeats.")).to_be_visible()

    def let_leave(self, username: str) -> None:
        """Let the employee of the laptop leave the company."""
        page = self.page
        page.goto("/employees")
        page.get_by_role("link", name=username, exact=True).click()
        page.get_by_role("button", name="Left the company").click()
        page.get_by_role("dialog").get_by_role("button", name="Left the company").click()
        expect(page.get_by_role("region", name="Left the company")).to_be_visible()
