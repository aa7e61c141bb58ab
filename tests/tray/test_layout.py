"""The menu fits on its monitor, is readable, and only its choices can be selected."""

import pytest

from wfhagent.desktop.x11.box import Box
from wfhagent.tray.menu import Action, menu_of
from wfhagent.tray.view import Look, State
from wfhagent.tray.xembed.layout import Layout, Measures, lay_out, place

LINES = menu_of(
    Look(State.CONNECTED, "Connected", ("Connected",), "v1", notice_shown=True, has_notice=True)
)
LEFT, RIGHT = Box(0, 200, 1280, 800), Box(1280, 0, 1920, 1080)


def width_of(text: str) -> int:
    return 8 * len(text)


def layout(dpi: float = 96.0, room: int = 1280) -> Layout:
    return lay_out(LINES, Measures.at(dpi), room, width_of)


@pytest.mark.parametrize("monitor", [LEFT, RIGHT])
@pytest.mark.parametrize("across", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("down", [0.0, 0.5, 1.0])
def test_next_to_an_icon_anywhere_the_menu_is_whole_on_the_monitor_of_the_icon(
    monitor: Box, across: float, down: float
):
    icon = Box(
        monitor.x + round(across * (monitor.width - 22)),
        monitor.y + round(down * (monitor.height - 22)),
        22,
        22,
    )
    menu = layout()

    x, y = place((menu.width, menu.height), icon, [LEFT, RIGHT])

    assert monitor.x <= x <= monitor.x + monitor.width - menu.width
    assert monitor.y <= y <= monitor.y + monitor.height - menu.height
    assert y >= icon.y + icon.height or y + menu.height <= icon.y, "the icon stays to be seen"


def test_keys_go_through_the_choices_in_their_order_and_around():
    menu = layout()
    seen: list[Action | None] = []
    row = None
    for _ in range(7):
        row = menu.next(row, 1)
        assert row is not None
        seen.append(menu.rows[row].action)

    assert seen == [
        *(Action.NOTICE, Action.ACKNOWLEDGE, Action.COLLECTED),
        *(Action.JOURNAL, Action.MY_DATA, Action.CHECK, Action.NOTICE),
    ]
    assert menu.rows[menu.next(None, -1) or 0].action is Action.CHECK


def test_the_pointer_finds_each_choice_and_neither_status_nor_what_is_outside():
    menu = layout()
    found = [menu.at(5, y) for y in range(menu.height)]

    assert {menu.rows[row].action for row in found if row is not None} == {
        row.action for row in menu.rows if row.action is not None
    }
    assert menu.at(5, menu.rows[0].top) is None, "a status is there to be read"
    assert menu.at(-1, 100) is menu.at(menu.width, 100) is menu.at(5, -1) is None


def test_a_long_sentence_wraps_and_loses_no_word():
    sentence = "The server does not answer: " + "no network is known here " * 5
    look = Look(State.WAITING, sentence, (sentence,))

    menu = lay_out(menu_of(look), Measures.at(96.0), 400, width_of)

    assert menu.width <= 400
    assert len(menu.rows[0].texts) > 1
    assert " ".join(menu.rows[0].texts) == sentence.strip()


def test_on_a_dense_monitor_everything_is_twice_as_large():
    usual, dense = Measures.at(96.0), Measures.at(192.0)

    assert dense.font in {2 * usual.font, 2 * usual.font + 1}
    assert (dense.side, dense.above, dense.edge) == (2 * usual.side, 2 * usual.above, 2)
