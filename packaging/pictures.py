"""Makes docs/pictures/ anew: the dashboard over the sample company, as a browser shows it."""

import asyncio
import io
from datetime import timedelta
from pathlib import Path

import asyncpg
from PIL import Image
from postgres import postgres
from served_page import chromium, served, signed_in

from wfhserver.sample.company import Plan
from wfhserver.sample.store import store_sample
from wfhserver.screenshots.opened import open_store
from wfhserver.settings import Settings
from wfhserver.testing import House

FOLDER = Path("docs/pictures")
_SIZE = {"width": 1280, "height": 800}
_QUALITY = 82


def main() -> None:
    """Make every picture; the sample is the same by seed, so they change with the pages only."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with postgres() as house:
        house.clock.time += timedelta(hours=2, minutes=30)
        asyncio.run(_fill(house))
        employee, log = asyncio.run(_somebody(house))
        views = {
            "now": ("/", "light"),
            "employee": (f"/employees/{employee}", "light"),
            "logs": ("/logs", "light"),
            "log-dark": (f"/logs?log={log}", "dark"),
        }
        with served(house) as address, chromium() as browser:
            page = signed_in(browser, address, house, viewport=_SIZE, timezone_id="Europe/Vienna")
            page.clock.set_fixed_time(house.clock.now())
            for name, (path, scheme) in views.items():
                page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
                page.goto(path)
                page.wait_for_load_state("networkidle")
                page.get_by_role("status", name="Loading").wait_for(state="detached")
                if "log=" in path:
                    page.get_by_alt_text("What was on the screen").wait_for()
                    page.wait_for_load_state("networkidle")
                picture = Image.open(io.BytesIO(page.screenshot()))
                picture.save(FOLDER / f"{name}.webp", quality=_QUALITY, method=6)


async def _fill(house: House) -> None:
    connection = await asyncpg.connect(house.url)
    try:
        store = open_store(Settings(**house.settings))
        await store_sample(connection, store, Plan(), now=house.clock.now(), password_hash="none")  # noqa: S106 -- nobody signs in
    finally:
        await connection.close()


async def _somebody(house: House) -> tuple[int, str]:
    """Return an employee with both logs of today, and the name of one of them."""
    connection = await asyncpg.connect(house.url)
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
