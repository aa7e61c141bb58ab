"""From a plugin that was just written to a column of the server: which laptops are unencrypted?"""

import csv
import ssl
import subprocess
import sys

import httpx
import pytest
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


def test_a_fact_of_a_new_plugin_is_a_column_a_filter_and_a_file(site: Site, laptop: Laptop):
    site.start_server()
    password = site.administrate("users", "add", "anna", "--role", "admin", "--generate")
    write_plugin(laptop)
    laptop.start()
    trust = ssl.create_default_context(cafile=site.certificate.authority)
    query = {"plugin": "vault", "where": "vault.encrypted is false"}

    with httpx.Client(base_url=site.url, verify=trust) as browser:
        sign_in = {"username": "anna", "password": password.split()[-1]}
        assert browser.post("/api/session", json=sign_in).status_code == 200
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
