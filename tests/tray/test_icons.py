"""The icon's pixels match the drawings, in every state and for every panel."""

import runpy
from itertools import product
from pathlib import Path

from tests.linux_only import linux_only

from wfhagent.tray import pixels
from wfhagent.tray.icons import Panel, icon
from wfhagent.tray.view import State

ROOT = Path(__file__).parents[2]


@linux_only("the pixels are drawn by Chromium there")
def test_the_pixels_were_made_from_the_drawings():
    script = runpy.run_path(str(ROOT / "packaging" / "render_icons.py"))

    assert script["digest_of"](script["drawings"]()) == pixels.DRAWN_FROM, (
        "run `python packaging/render_icons.py`"
    )


def test_every_state_has_an_icon_of_its_own_for_every_panel_in_all_sizes():
    seen = set()
    for state, panel in product(State, Panel):
        found = icon(state, panel)
        assert [(width, height) for width, height, _ in found] == [(22, 22), (44, 44)]
        for width, height, data in found:
            assert len(data) == width * height * 4
            assert data[0] == 0, "the corner is clear"
            assert max(data[::4]) == 255, "something is drawn"
            seen.add(data)

    assert len(seen) == len(State) * len(Panel) * 2
