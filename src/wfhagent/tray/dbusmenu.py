"""The menu of the icon, as com.canonical.dbusmenu shows it."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any

from wfhagent.desktop.serving_bus import NOTHING, Answer, Property, ServingBus
from wfhagent.tray.item import MENU_PATH
from wfhagent.tray.menu import Action, Line

ROOT = 0


class Menu:
    """Shows lines; *fresh* gives them as they are when somebody looks.

    Each line has a number of its own, which no other line ever gets: a desktop may ask for what it
    remembers by number in the middle of a change.
    """

    path = MENU_PATH
    interface = "com.canonical.dbusmenu"

    def __init__(
        self,
        bus: ServingBus,
        fresh: Callable[[], Sequence[Line]],
        chosen: Callable[[Action], None],
    ) -> None:
        self._bus = bus
        self._fresh = fresh
        self._chosen = chosen
        self._numbers = count(ROOT + 1)
        self._lines: Mapping[int, Line] = {}
        self._number(fresh())
        self._revision = 1
        self._methods: Mapping[str, Callable[..., Answer | None]] = {
            "GetLayout": self._get_layout,
            "GetGroupProperties": self._get_group_properties,
            "GetProperty": self._get_property,
            "Event": self._event,
            "EventGroup": self._event_group,
            "AboutToShow": self._about_to_show,
            "AboutToShowGroup": self._about_to_show_group,
        }
        bus.serve(self)

    def refresh(self) -> bool:
        """Take the lines as they are now; true, and a signal, when they are others."""
        lines = self._fresh()
        if list(lines) == list(self._lines.values()):
            return False
        self._number(lines)
        self._revision += 1
        self._bus.emit(self, "LayoutUpdated", "ui", self._revision, ROOT)
        return True

    def _number(self, lines: Sequence[Line]) -> None:
        """Take *lines*; one that was there before keeps its number."""
        before: dict[Line, deque[int]] = {}
        for number, line in self._lines.items():
            before.setdefault(line, deque()).append(number)
        self._lines = {
            before[line].popleft() if before.get(line) else next(self._numbers): line
            for line in lines
        }

    def properties(self) -> Mapping[str, Property]:
        return {
            "Version": ("u", 3),
            "TextDirection": ("s", "ltr"),
            "Status": ("s", "normal"),
            "IconThemePath": ("as", []),
        }

    def call(self, member: str, body: tuple[Any, ...]) -> Answer | None:
        method = self._methods.get(member)
        return None if method is None else method(*body)

    def _get_layout(self, parent: int, depth: int, _names: Sequence[str]) -> Answer:
        return Answer("u(ia{sv}av)", (self._revision, self._layout(parent, depth)))

    def _get_group_properties(self, ids: Sequence[int], _names: Sequence[str]) -> Answer:
        wanted = [one for one in ids or (ROOT, *self._lines) if self._is_there(one)]
        return Answer("a(ia{sv})", ([(one, self._line(one)) for one in wanted],))

    def _get_property(self, one: int, name: str) -> Answer | None:
        found = self._line(one).get(name)
        return None if found is None else Answer("v", (found,))

    def _event(self, one: int, event: str, _data: Any, _time: int) -> Answer:
        if event == "clicked":
            self._click(one)
        return NOTHING

    def _event_group(self, events: Sequence[tuple[int, str, Any, int]]) -> Answer:
        for event in events:
            self._event(*event)
        return Answer("ai", ([],))

    def _about_to_show(self, _one: int) -> Answer:
        return Answer("b", (self.refresh(),))

    def _about_to_show_group(self, _ids: Sequence[int]) -> Answer:
        return Answer("aiai", ([ROOT] if self.refresh() else [], []))

    def _layout(self, parent: int, depth: int) -> tuple[int, Mapping[str, Property], list[Any]]:
        shown = self._lines if parent == ROOT and depth != 0 else ()
        children: list[Any] = [("(ia{sv}av)", (one, self._line(one), [])) for one in shown]
        return parent, self._line(parent), children

    def _line(self, number: int) -> Mapping[str, Property]:
        if number == ROOT:
            return {"children-display": ("s", "submenu")}
        line = self._lines.get(number)
        if line is None or not line.label:
            return {"type": ("s", "separator")}
        # An underscore marks the key of a line; two are one that is seen.
        label = ("s", line.label.replace("_", "__"))
        return {"label": label, "enabled": ("b", line.action is not None)}

    def _is_there(self, number: int) -> bool:
        return number == ROOT or number in self._lines

    def _click(self, number: int) -> None:
        line = self._lines.get(number)
        if line is not None and line.action is not None:
            self._chosen(line.action)
