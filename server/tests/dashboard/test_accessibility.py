"""Every page, looked at by axe as people with a screen reader or a keyboard meet it."""

from collections.abc import Callable, Sequence
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from server.tests.dashboard.company import small_company, with_schedules
from server.tests.dashboard.conftest import ThreadedServer, in_thread

PAGES = (
    "/",
    "/?q=nobody",
    "/account",
    "/add-devices",
    "/agents?sort=version&descending=true",
    "/attendance",
    "/attendance?employee=alice",
    "/audit",
    "/alerts",
    "/alerts?state=resolved",
    "/calendar",
    "/calendar?month=12",
    "/employees",
    "/employees/987654",
    "/employees/{alice}",
    "/exports",
    "/exports?file=pdf&from=2026-11-20&to=2026-11-10",
    "/facts?where=disk.encrypted%20is%20false",
    "/getting-started",
    "/keys",
    "/logs",
    "/logs?kind=missed",
    "/logs?log=2026-11-23.{agent}.1",
    "/nothing/here",
    "/retention",
    "/schedules",
    "/set-password#unknown",
    "/setup",
    "/teams",
    "/tokens",
    "/users",
)
WIDE = 1440
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


# The rules of axe that look at colors; all others see the same page in both schemes.
COLOR_RULES = ["color-contrast", "link-in-text-block"]


def violations(
    page: Page, within: str | None = None, *, only: Sequence[str] | None = None
) -> list[str]:
    """Return what axe finds on *page*, or in what that selector names, with where it found it."""
    page.wait_for_load_state("networkidle")
    # Without it, axe describes everything that is right as well.
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if only is not None:
        options["runOnly"] = list(only)
    found = Axe().run(page, context=within, options=options).response["violations"]
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in found
        for node in each["nodes"]
    ]


def in_both_schemes(page: Page, within: str | None = None) -> list[str]:
    """Return the same of light, and of dark what depends on colors."""
    found = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        # The page hears of it a moment later.
        page.wait_for_selector(f"html[data-mantine-color-scheme={scheme}]", state="attached")
        only = None if scheme == "light" else COLOR_RULES
        found += [f"{scheme}: {each}" for each in violations(page, within, only=only)]
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_signing_in_has_no_violation(page: Page, scheme: Scheme) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto("/sign-in?ended=true")
    page.get_by_text("No account yet").wait_for()

    assert violations(page) == []

    page.get_by_role("link", name="Set up this server").click()
    page.get_by_label("Setup code").wait_for()

    assert violations(page) == []


@pytest.mark.parametrize("width", [WIDE, 360])
def test_no_page_has_a_violation(
    page: Page, server: ThreadedServer, sign_in: Callable[..., None], width: int
) -> None:
    small_company(server)
    with_schedules(server)
    in_thread(server.count_attendance)
    numbers = {
        "alice": server.value("SELECT employee_id FROM employees WHERE username = 'alice'"),
        "agent": server.value("SELECT agent_id FROM agents WHERE hostname = 'laptop-7'"),
    }
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 900})
    sign_in()

    found = {}
    for path in PAGES:
        page.goto(path.format(**numbers))
        # Colors do not depend on the width.
        found[path] = in_both_schemes(page) if width == WIDE else violations(page)
    assert [(where, *each) for where, each in found.items() if each] == []
