"""From the agent's link to the server's data about its user."""

import ssl

import httpx
import pytest
from tests.end_to_end.site import Laptop, Site

pytestmark = pytest.mark.end_to_end


def test_the_link_of_an_agent_shows_its_user_what_the_server_holds_once(site: Site, laptop: Laptop):
    site.start_server()
    assert laptop.run("send", "log").returncode == 0
    link = laptop.run("my-data", "--print")
    address, _, code = link.stdout.strip().partition("#")
    trust = ssl.create_default_context(cafile=site.certificate.authority)

    with httpx.Client(base_url=site.url, verify=trust) as browser:
        page = browser.get(address)
        first = browser.post("/api/my-session", json={"code": code})
        my_data = browser.get("/api/my-data").json()
        again = browser.post("/api/my-session", json={"code": code})

    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert first.status_code == 200
    (employee,) = site.rows("SELECT username FROM employees")
    assert my_data["username"] == employee["username"]
    assert again.status_code == 401
    assert code not in laptop.run("status").stdout
