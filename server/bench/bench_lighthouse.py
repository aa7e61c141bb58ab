"""What Lighthouse says of the pages "Now" and "Logs", over the sample company.

Lighthouse is no part of the product: npm fetches it, as its lock says, into build/.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path
from shutil import which
from statistics import median
from typing import Any

from figures import Figure
from postgres import postgres

from wfhserver.sample.company import Plan
from wfhserver.testing.browser import CHROMIUM_ARGUMENTS, chromium_program, serving

_ROOT = Path(__file__).resolve().parents[2]
_LOCKED = Path(__file__).parent / "lighthouse"
_INSTALLED = _ROOT / "build" / "lighthouse"
_PAGES = {"now": "/", "logs": "/logs"}
_PRESETS = ("desktop", "mobile")
_CATEGORIES = ("performance", "accessibility", "best-practices")
_PROMISED = 95.0
# Scores of one page differ from run to run; this is what Lighthouse itself advises.
_ROUNDS = 3

Scores = dict[str, float]


def figures() -> list[Figure]:
    """Return the medians of the scores, from 0 to 100.

    Performance on a phone is reported, but has no bound: for it, Lighthouse makes the processor
    four times slower, on top of whatever else this machine does.
    """
    _install()
    with postgres() as server:
        server.sample(Plan())
        cookie = server.signed_in(username="anna.berger")["Cookie"]
        with serving(server) as address:
            found = {
                (page, preset): _scores(f"{address}{path}", cookie, preset)
                for page, path in _PAGES.items()
                for preset in _PRESETS
            }
    return [figure for page in _PAGES for figure in _figures_of(page, found)]


def _figures_of(page: str, found: dict[tuple[str, str], Scores]) -> list[Figure]:
    desktop, mobile = (found[page, preset] for preset in _PRESETS)
    figures = [
        Figure(
            f"lighthouse.{page}_{category.replace('-', '_')}",
            desktop[category] if category == "performance" else min(desktop[category], other),
            _PROMISED,
            1.0,
            note="desktop" if category == "performance" else "the lower of desktop and mobile",
        )
        for category, other in mobile.items()
    ]
    note = "performance on a slow phone; no bound"
    return [
        *figures,
        Figure(f"lighthouse.{page}_mobile", mobile["performance"], _PROMISED, 0.0, note=note),
    ]


def _install() -> None:
    """Fetch what is locked, if it is not there already."""
    lock = _INSTALLED / "package-lock.json"
    if lock.exists() and lock.read_bytes() == (_LOCKED / "package-lock.json").read_bytes():
        return
    shutil.rmtree(_INSTALLED, ignore_errors=True)
    shutil.copytree(_LOCKED, _INSTALLED)
    shutil.copy(_ROOT / "server/dashboard/.npmrc", _INSTALLED)
    try:
        _node("npm", "--prefix", str(_INSTALLED), "ci")
    except subprocess.CalledProcessError:
        # What is half there must not look whole.
        lock.unlink(missing_ok=True)
        raise


def _scores(url: str, cookie: str, preset: str) -> Scores:
    """Return the median score of each category; RuntimeError when the page could not be opened."""
    reports = [_report(url, cookie, preset) for _ in range(_ROUNDS)]
    return {
        category: median(100 * float(each["categories"][category]["score"]) for each in reports)
        for category in _CATEGORIES
    }


def _report(url: str, cookie: str, preset: str) -> dict[str, Any]:
    output = _node(
        "node",
        str(_INSTALLED / "node_modules/lighthouse/cli/index.js"),
        url,
        # Mobile is what it does by itself.
        *(["--preset=desktop"] if preset == "desktop" else []),
        f"--only-categories={','.join(_CATEGORIES)}",
        f"--extra-headers={json.dumps({'Cookie': cookie})}",
        f"--chrome-flags={' '.join(['--headless', *CHROMIUM_ARGUMENTS])}",
        "--output=json",
        "--quiet",
        "--no-enable-error-reporting",
    )
    report: dict[str, Any] = json.loads(output)
    if "runtimeError" in report or report["finalDisplayedUrl"] != url:
        raise RuntimeError(f"Lighthouse did not see {url}: {report.get('runtimeError')}")
    return report


def _node(*command: str) -> str:
    """Run a program of Node; return what it prints."""
    return subprocess.run(
        [which("sh") or "sh", str(_ROOT / "packaging/with_node.sh"), *command],
        cwd=_ROOT,
        env={**os.environ, "CHROME_PATH": chromium_program()},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout
