"""The page for the employee: what is collected, why, and what can be done about it. Pure."""

from collections.abc import Iterable, Iterator, Sequence

from wfhagent.notice.policy import Notice, paragraphs, rows
from wfhagent.notice.sentences import NO_PAUSE
from wfhagent.privacy.inventory import Collecting, Datum, Inventory

TITLE = "What is collected"
CARRIERS = {
    "detailed log": "With a detailed log, twice each working day",
    "heartbeat": "With a heartbeat",
    "enrolment": "Once, when this computer is enrolled",
}
TECHNICAL = "Technical data, which says nothing about you"
FIRST = "screenshot"
"""What people ask about first comes first."""
_HOW_PERSONAL = {"direct": "**directly**", "indirect": "indirectly", "no": "no"}
_ORDER = {"direct": 0, "indirect": 1, "no": 2}
_DAYS = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def render_page(inventory: Inventory) -> str:
    """Return the page as Markdown."""
    return "\n".join([*_lines(inventory), ""])


def _lines(inventory: Inventory) -> Iterator[str]:
    yield f"# {TITLE}"
    yield ""
    yield from first_of_all(inventory)
    for title, rows_of_it, also in personal(inventory.data):
        yield from _section(title, table(rows_of_it) if rows_of_it else ())
        yield from as_above(also)
    yield from _section("When", when(inventory))
    if inventory.notice is not None:
        yield from _section("What your company says", says(inventory.notice))
    for part in (seen_by(), never(), yours(inventory)):
        yield ""
        yield from part
    yield from _section("Settings in force", settings(inventory.collectors))
    yield from _section(TECHNICAL, table(technical(inventory.data), with_carrier=True))
    if inventory.unused:
        yield from _section("Not used", not_used(inventory))
    yield ""
    yield made_of(inventory)


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    yield ""
    yield f"## {title}"
    yield ""
    yield from lines


def first_of_all(inventory: Inventory) -> Iterator[str]:
    """Yield the sentences that everybody should have read, and that there is no pause."""
    for sentence in inventory.sentences:
        yield f"- {sentence}"
    yield ""
    yield NO_PAUSE


def made_of(inventory: Inventory) -> str:
    """Return what the page is made from."""
    return (
        f"wfhagent {inventory.version} made this page from agent.toml and from what its plugins "
        f"declare. It reports to {inventory.server}. What a plugin does not declare is dropped "
        "before it leaves this computer."
    )


def personal(data: Iterable[Datum]) -> Iterator[tuple[str, list[Datum], list[str]]]:
    """Yield what each carrier brings that says something about a person, the most telling first.

    What one before it brings, too, is named once more and not explained again.
    """
    known: set[tuple[str, str, str]] = set()
    telling = [datum for datum in data if datum.personal != "no"]
    telling.sort(key=lambda datum: (datum.name != FIRST, _ORDER[datum.personal]))
    for carrier, title in CARRIERS.items():
        found = {_key(datum): datum for datum in telling if carrier in datum.sent_with}
        new = [datum for key, datum in found.items() if key not in known]
        yield title, new, [datum.name for key, datum in found.items() if key in known]
        known |= found.keys()


def _key(datum: Datum) -> tuple[str, str, str]:
    return datum.by, datum.name, datum.what


def as_above(names: Sequence[str]) -> Iterator[str]:
    """Yield that a table has these rows of the ones above, too."""
    if names:
        yield ""
        yield f"And, as above: {', '.join(f'`{name}`' for name in names)}."


def technical(data: Iterable[Datum]) -> list[Datum]:
    """Return the rest."""
    return [datum for datum in data if datum.personal == "no"]


def says(notice: Notice) -> Iterator[str]:
    """Yield what the company says, and that it can be acknowledged."""
    for title, value in rows(notice):
        yield f"- {title}: {cell(value)}"
    for text in paragraphs(notice):
        yield ""
        yield cell(text)
    yield ""
    held = "No detailed log is taken before that" if notice.required else "Nothing depends on it"
    yield (
        f"Version {notice.version}. When you have read it, `wfhagent notice --acknowledge` records "
        f"that, and tells the server. {held}."
    )


def when(inventory: Inventory) -> Iterator[str]:
    """Yield when something is sent, as a list."""
    days = ", ".join(_DAYS[day] for day in inventory.working_days)
    zone = f"in {inventory.time_zone}" if inventory.time_zone else "in this computer's time zone"
    yield (
        f"- A detailed log is the screenshot and the facts with it. Two are taken each working day "
        f"({days}), at random times between {inventory.start} and {inventory.end} {zone}. "
        "Never a third."
    )
    if inventory.calendars:
        names = ", ".join(inventory.calendars)
        yield f"- No detailed log on the days off that a calendar knows: {names}."
    yield (
        f"- A heartbeat is a short message that this computer is on. One is sent every "
        f"{_every(inventory.heartbeat_seconds)}, day and night, while it is on and awake: up to "
        f"{_DAY / inventory.heartbeat_seconds:,.0f} a day."
    )
    yield "- Enrolling makes this computer known to the server: once, and again when it asks."
    yield "- Each time, the server also sees the network address that the message comes from."


def _every(seconds: float) -> str:
    """Return an interval as people say it."""
    for size, noun in ((_HOUR, "hour"), (_MINUTE, "minute")):
        if seconds >= size and seconds % size == 0:
            count = int(seconds // size)
            return noun if count == 1 else f"{count} {noun}s"
    return f"{seconds:g} seconds"


def table(data: Sequence[Datum], *, with_carrier: bool = False) -> Iterator[str]:
    """Yield the rows of a table of *data*, with a column of what carries each if so wished."""
    head = ("", "what it is", "why", "personal", "from", *(["with"] if with_carrier else []))
    yield f"| {' | '.join(head)} |"
    yield "|---" * len(head) + "|"
    for datum in data:
        cells = (
            f"`{datum.name}`",
            datum.what,
            datum.why,
            _HOW_PERSONAL[datum.personal],
            datum.by,
            *([", ".join(datum.sent_with)] if with_carrier else []),
        )
        yield f"| {' | '.join(cell(text) for text in cells)} |"


def cell(text: str) -> str:
    """Return *text* as it can stand in a table: what a plugin writes must not break it."""
    return " ".join(text.split()).replace("|", "\\|")


def settings(collectors: Sequence[Collecting]) -> Iterator[str]:
    """Yield each collector and its settings in force, as a list."""
    for one in collectors:
        where = f"{one.origin}, {one.where}" if one.where else one.origin
        values = "; ".join(f"`{key}` = {value}" for key, value in one.settings.items())
        about = f": {one.about}" if one.about else ""
        yield f"- {one.name} ({where}){cell(about)}" + (f" {cell(values)}" if values else "")


def not_used(inventory: Inventory) -> Iterator[str]:
    """Yield the plugins that are not used, and why."""
    for name, problem in inventory.unused.items():
        yield f"- {name}: {problem}"


def seen_by() -> Iterator[str]:
    """Yield who may look at it, on the server that comes with this agent."""
    yield "## Who sees it"
    yield ""
    yield (
        "- You: `wfhagent journal` shows what left this computer. `wfhagent my-data`, or "
        '"My data on the server" in the icon\'s menu, shows what the server has and who looked.'
    )
    yield (
        "- People to whom your employer gave an account: managers see only their own teams, "
        "administrators and auditors see everyone. Every view of a log or screenshot and every "
        "export is logged."
    )
    yield "- Whoever runs the server can read its database too. No log records that."


def never() -> Iterator[str]:
    """Yield what is never collected."""
    yield "## What is never collected"
    yield ""
    yield (
        "wfhagent and its own plugins never record what you type, the contents of files, mail or "
        "the clipboard, camera, microphone, or your place by a sensor. There is no hidden mode and "
        "no score, and no setting adds one."
    )


def yours(inventory: Inventory) -> Iterator[str]:
    """Yield what the person at this machine can do."""
    yield "## What you can do"
    yield ""
    yield "- `wfhagent preview` shows exactly what would be sent now, and sends nothing."
    yield "- `wfhagent journal` opens everything that was sent from here, screenshots included."
    yield "- `wfhagent status` says what was sent, what is waiting, and what does not work."
    yield "- `wfhagent plugins` lists each plugin and where it comes from."
    yield (
        f"- This computer keeps what it sent for {inventory.keep_days} days. Heartbeats, logs and "
        f"screenshots are kept for {inventory.server_keeps}. Test logs are kept for 24 hours there."
    )
    whom = "" if inventory.notice is None else inventory.notice.contact
    yield (
        f"- Ask {cell(whom) or 'your employer'} for a copy of your data, or to have it corrected "
        "or deleted."
    )
    yield (
        "- Object, with your reasons. Where the GDPR applies, Article 21 gives you that right, and "
        "Article 77 a complaint to the data protection authority."
    )
