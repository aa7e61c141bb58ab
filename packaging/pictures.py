"""Makes docs/pictures/: the dashboard over the sample company, as a browser shows it."""

import asyncio
import io
from datetime import timedelta
from pathlib import Path

import asyncpg
from PIL import Image, ImageChops
from playwright.sync_api import Page
from postgres import postgres
from served_page import signed_in

from wfhserver.sample.company import Plan
from wfhserver.testing import TestServer, bearer
from wfhserver.testing.browser import chromium, serving
from wfhserver.tokens import hash_of, new_agent_token

FOLDER = Path("docs/pictures")
_SIZE = {"width": 1440, "height": 900}
_QUALITY = 82
# What two runs differ by, or the letters of another Chromium: a step of the color, a few pixels.
_STEP, _SHARE = 32, 0.0005
_KNOW_AGENT = """
UPDATE agents SET token_hash = $2 WHERE agent_id = (
  SELECT agent_id FROM agents WHERE employee_id = $1 AND revoked_at IS NULL LIMIT 1)
"""


def main() -> None:
    """Make every picture; a file changes only when one sees a difference."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with postgres() as server:
        server.clock.time += timedelta(hours=2, minutes=30)
        server.sample(Plan())
        employee, log = asyncio.run(_somebody(server))
        link = _own_link(server, employee)
        views = {
            "now": ("/", "light"),
            "employee": (f"/employees/{employee}", "light"),
            "logs": ("/logs", "light"),
            "log-dark": (f"/logs?log={log}", "dark"),
        }
        with serving(server) as address, chromium() as browser:
            page = signed_in(browser, address, server, viewport=_SIZE, timezone_id="Europe/Vienna")
            page.clock.set_fixed_time(server.clock.now())
            for name, (path, scheme) in views.items():
                page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                page.goto(path)
                page.wait_for_load_state("networkidle")
                page.get_by_role("status", name="Loading").wait_for(state="detached")
                if "log=" in path:
                    page.get_by_alt_text("Screenshot of the desktop").wait_for()
                    page.wait_for_load_state("networkidle")
                _keep(page, name)
            page.emulate_media(color_scheme="light")
            page.goto(link)
            page.get_by_role("region", name="Viewed by").wait_for()
            page.wait_for_load_state("networkidle")
            _keep(page, "my-data")


def _keep(page: Page, name: str) -> None:
    file, made = FOLDER / f"{name}.webp", io.BytesIO()
    Image.open(io.BytesIO(page.screenshot())).convert("RGB").save(
        made, "WEBP", quality=_QUALITY, method=6
    )
    if not file.exists() or _differ(Image.open(file), Image.open(made)):
        file.write_bytes(made.getvalue())


def _differ(one: Image.Image, other: Image.Image) -> bool:
    """Tell whether somebody would see that it is another picture."""
    if one.size != other.size:
        return True
    grey = ImageChops.difference(one.convert("RGB"), other.convert("RGB")).convert("L")
    changed = sum(grey.histogram()[_STEP:])
    return changed > _SHARE * grey.width * grey.height


def _own_link(server: TestServer, employee: int) -> str:
    """Return the link that the agent of that employee would get."""
    token = new_agent_token()
    server.execute(_KNOW_AGENT, employee, hash_of(token))
    answer = server.request("POST", "/api/my-data-link", headers=bearer(token)).raise_for_status()
    url: str = answer.json()["url"]
    return url


async def _somebody(server: TestServer) -> tuple[int, str]:
    """Return an employee with both logs of today, and the name of one of them."""
    connection = await asyncpg.connect(server.url)
    try:
        row = await connection.fetchrow(
            "SELECT a.employee_id, l.workday, l.agent_id FROM employee_logs AS l"
            " JOIN agents AS a USING (agent_id)"
            " WHERE l.slot = 1 AND l.screenshot_path IS NOT NULL AND l.location IS NOT NULL"
            " ORDER BY l.workday DESC, l.agent_id LIMIT 1"
        )
    finally:
        await connection.close()
    if row is None:
        raise SystemExit("The sample has no log with a screenshot and a place: change its seed.")
    return row["employee_id"], f"{row['workday']}.{row['agent_id']}.1"


if __name__ == "__main__":
    main()
