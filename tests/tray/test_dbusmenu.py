"""Lines of the menu keep their ids, and the id of a removed line is never used again."""

from typing import Any

from wfhagent.tray.dbusmenu import Menu
from wfhagent.tray.menu import Action, Line


class QuietBus:
    """Serves nobody."""

    def serve(self, served: Any) -> None:
        pass

    def emit(self, *signal: Any) -> None:
        pass


class Shown:
    """A menu whose lines a test chooses."""

    def __init__(self, *lines: Line) -> None:
        self.lines = lines
        self.clicked: list[Action] = []
        self.menu = Menu(QuietBus(), lambda: self.lines, self.clicked.append)  # type: ignore[arg-type]

    def change(self, *lines: Line) -> None:
        self.lines = lines
        self.menu.refresh()

    def numbers(self) -> dict[str, list[int]]:
        """Return the numbers of the lines by their labels, from top to bottom."""
        answer = self.menu.call("GetLayout", (0, -1, []))
        assert answer is not None
        _revision, (_root, _properties, children) = answer.body
        found: dict[str, list[int]] = {}
        for _signature, (number, properties, _children) in children:
            found.setdefault(properties.get("label", ("s", ""))[1], []).append(number)
        return found


STATE, LATER = Line("Connected, last report 2 min ago"), Line("Connected, last report 3 min ago")
JOURNAL, PRIVACY = Line("My journal", Action.JOURNAL), Line("Collected", Action.COLLECTED)
BETWEEN = Line("")


def test_each_line_has_a_number_of_its_own():
    shown = Shown(STATE, BETWEEN, JOURNAL, BETWEEN, PRIVACY)

    numbers = [number for some in shown.numbers().values() for number in some]

    assert len(set(numbers)) == 5


def test_a_line_that_stays_keeps_its_number_and_a_new_one_gets_a_new_one():
    shown = Shown(STATE, BETWEEN, JOURNAL)
    before = shown.numbers()

    shown.change(LATER, BETWEEN, PRIVACY, JOURNAL)
    after = shown.numbers()

    assert after["My journal"] == before["My journal"]
    assert after[""] == before[""]
    used = {number for some in before.values() for number in some}
    assert used.isdisjoint([*after[LATER.label], *after["Collected"]])


def test_the_number_of_a_removed_line_starts_nothing_and_is_not_described():
    shown = Shown(STATE, JOURNAL)
    (number,) = shown.numbers()["My journal"]

    shown.change(STATE, PRIVACY)
    shown.menu.call("Event", (number, "clicked", ("i", 0), 0))
    described = shown.menu.call("GetGroupProperties", ([number], []))

    assert shown.clicked == []
    assert described is not None
    assert described.body == ([],)


def test_a_click_starts_what_its_line_says():
    shown = Shown(STATE, JOURNAL)
    (number,) = shown.numbers()["My journal"]

    shown.menu.call("Event", (number, "clicked", ("i", 0), 0))

    assert shown.clicked == [Action.JOURNAL]
