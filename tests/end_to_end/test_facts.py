"""From a plugin that was just written to a column of the server: which laptops are unencrypted?"""

import csv
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from tests.drop_ins import collector, drop
from tests.end_to_end.site import Laptop, Site
from tests.waiting import PATIENCE_SECONDS, wait_until

pytestmark = pytest.mark.end_to_end

# What a developer changes in the plugin that `wfhagent plugin new` made.
CHANGES = {
    '"system",': '"encrypted",',
    "FactType.TEXT": "FactType.BOOL",
    'label="System"': 'label="Encrypted"',
    "{Occasion.DETAILED_LOG}": "{Occasion.HEARTBEAT}",
    'return {"system": system + version}': 'return {"encrypted": False}',
}


def write_plugin(laptop: Laptop) -> None:
    plugins = laptop.folder / "plugins"
    command = [sys.executable, "-m", "wfhagent", "plugin", "new", "vault", "--into", str(plugins)]
    subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE_SECONDS)
    file = plugins / "vault" / "__init__.py"
    text = file.read_text("utf-8")
    for old, new in CHANGES.items():
        assert old in text
        text = text.replace(old, new)
    file.write_text(text, "utf-8")


@contextmanager
def browser_of_an_admin(site: Site) -> Iterator[httpx.Client]:
    password = site.administrate("users", "add", "anna", "--role", "admin", "--generate")
    trust = ssl.create_default_context(cafile=site.certificate.authority)
    with httpx.Client(base_url=site.url, verify=trust) as browser:
        sign_in = {"username": "anna", "password": password.split()[-1]}
        assert browser.post("/api/session", json=sign_in).status_code == 200
        yield browser


def test_a_fact_of_a_new_plugin_is_a_column_a_filter_and_a_file(site: Site, laptop: Laptop):
    site.start_server()
    write_plugin(laptop)
    laptop.start()
    query = {"plugin": "vault", "where": "vault.encrypted is false"}

    with browser_of_an_admin(site) as browser:
        found = wait_until(
            lambda: (
                (answer := browser.get("/api/facts/devices", params=query)).status_code == 200
                and answer.json()["rows"]
                and answer.json()
            ),
            "the fact on the server",
        )
        exported = browser.get("/api/exports/facts.csv", params=query).content.decode("utf-8-sig")
        plugins = browser.get("/api/facts").json()["plugins"]

    assert [column["label"] for column in found["columns"]] == ["Encrypted"]
    assert [row["cells"][0]["value"] for row in found["rows"]] == [False]
    assert [row["vault.encrypted"] for row in csv.DictReader(exported.splitlines())] == ["false"]
    (vault,) = [each for each in plugins if each["plugin"] == "vault"]
    assert (vault["devices"], vault["versions"][0]["origin"]) == (1, "drop-in")


def test_the_server_shows_which_plugins_are_left_alone_and_which_wait_for_a_restart(
    site: Site, laptop: Laptop
):
    site.start_server()
    plugins = laptop.folder / "plugins"
    drop(plugins, "hasty.py", collector("hasty", body="import os; os._exit(5)"))
    laptop.configure("heartbeat", interval_seconds=5)
    laptop.start()

    with browser_of_an_admin(site) as browser:

        def devices(trouble: str) -> list[int]:
            found = browser.get("/api/agents", params={"plugins": trouble}).json()["rows"]
            return [each["agent_id"] for each in found]

        wait_until(lambda: devices("quarantine"), "the plugin that dies, in quarantine")
        drop(plugins, "late.py", collector("late"))
        wait_until(lambda: devices("restart_pending"), "the plugin that waits for a restart")
        (agent,) = devices("restart_pending")
        shown = browser.get(f"/api/agents/{agent}/plugins").json()["plugins"]

    (hasty, late) = (each for each in shown if each["name"] in {"hasty", "late"})
    assert hasty["problem"].startswith("its process ended with 5")
    assert hasty["quarantined_since"] < hasty["quarantined_until"]
    assert (hasty["restart_pending"], late["restart_pending"]) == (False, True)
    assert len(hasty["sha256"]) == 64
    assert late["kind"] is None
