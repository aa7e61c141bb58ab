"""The page for the employee: what is collected, why, and what can be done about it. Pure."""

from collections.abc import Iterator, Sequence

from wfhagent.notice.policy import Notice, paragraphs, rows
from wfhagent.privacy.inventory import Collecting, Datum, Inventory

CARRIERS = {
    "detailed log": "With a detailed log",
    "heartbeat": "With a heartbeat",
    "enrolment": "Once, with the enrolment",
}
_HOW_PERSONAL = {"direct": "**directly**", "indirect": "indirectly", "no": "no"}


def render_page(inventory: Inventory) -> str:
    """Return the page as Markdown."""
    return "\n".join([*_lines(inventory), ""])


def _lines(inventory: Inventory) -> Iterator[str]:
    yield "# What this machine sends"
    yield ""
    yield (
        f"wfhagent {inventory.version} reports to {inventory.server}. This page is made from what "
        "the plugins declare and from the agent.toml in force; what is not declared is dropped "
        "before it leaves the machine."
    )
    yield ""
    yield "## When"
    yield ""
    yield from when(inventory)
    if inventory.notice is not None:
        yield ""
        yield "## What your company says"
        yield ""
        yield from says(inventory.notice)
    for carrier, title in CARRIERS.items():
        found = [datum for datum in inventory.data if carrier in datum.sent_with]
        yield ""
        yield f"## {title}"
        yield ""
        yield from table(found)
    yield ""
    yield from seen_by()
    yield ""
    yield "## Settings of the collectors"
    yield ""
    yield from settings(inventory.collectors)
    yield ""
    yield from never()
    yield ""
    yield from yours(inventory)
    if inventory.unused:
        yield ""
        yield "## Not used"
        yield ""
        for name, problem in inventory.unused.items():
            yield f"- {name}: {problem}"


def says(notice: Notice) -> Iterator[str]:
    """Yield what the company says, and that it can be acknowledged."""
    for title, value in rows(notice):
        yield f"- {title}: {cell(value)}"
    for text in paragraphs(notice):
        yield ""
        yield cell(text)
    yield ""
    held = "No detailed log is taken before it" if notice.required else "Nothing depends on it"
    yield (
        f"Version {notice.version}. `wfhagent notice --acknowledge` puts on record that you have "
        f"read it, and tells the server. {held}."
    )


def when(inventory: Inventory) -> Iterator[str]:
    """Yield when something is sent, as a list."""
    days = ", ".join(day.capitalize() for day in inventory.working_days)
    zone = inventory.time_zone or "the laptop's own time zone"
    yield (
        f"- A heartbeat every {inventory.heartbeat_seconds:g} s, day and night, while the machine "
        f"is on and not asleep: at most {86_400 / inventory.heartbeat_seconds:,.0f} a day."
    )
    yield (
        f"- Two detailed logs per working day ({days}), at random times between {inventory.start} "
        f"and {inventory.end} ({zone}). Never a third."
    )
    if inventory.calendars:
        names = ", ".join(inventory.calendars)
        yield f"- No detailed log on the days off that a calendar knows: {names}."
    yield "- The enrolment, once, and again when the server asks for it."
    yield "- With each of them the server sees the address from which it comes, as any server does."


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


def seen_by() -> Iterator[str]:
    """Yield who may look at it, on the server that comes with this agent."""
    yield "## Who sees it"
    yield ""
    yield (
        "- You, here: `wfhagent journal`. And on the server, with who looked: `wfhagent my-data`, "
        "or *My data on the server* in the icon's menu."
    )
    yield (
        "- Whom your employer has given an account there: a manager sees the own teams, an "
        "administrator and an auditor everybody. Each look at a log or picture and each export is "
        "on record, and that record shows you your part."
    )
    yield "- Whoever runs the server can read its database as well, and no record tells of that."


def never() -> Iterator[str]:
    """Yield what is never collected."""
    yield "## What is never collected"
    yield ""
    yield (
        "By the agent and its own plugins: keystrokes, the contents of files, mail or the "
        "clipboard, camera, microphone, and the place by a sensor. There is no hidden mode, no "
        "score, and no setting that adds one."
    )


def yours(inventory: Inventory) -> Iterator[str]:
    """Yield what the person at this machine can do."""
    yield "## What you can do"
    yield ""
    yield "- `wfhagent preview` shows exactly what a heartbeat and a log would hold; it sends none."
    yield (
        "- `wfhagent journal` opens all that was sent from here, pictures included, for as long as "
        "this machine keeps it; the page itself is removed a day later."
    )
    yield "- `wfhagent status` says what was sent, what waits, and which plugin does not work."
    yield "- `wfhagent plugins` says where each plugin comes from, and why one is not used."
    yield (
        f"- This machine keeps what it sent, and what waits, for {inventory.keep_days} days. The "
        "server forgets heartbeats, logs and pictures after 30 days, unless its administrator set "
        "another number."
    )
    whom = "your employer" if inventory.notice is None else inventory.notice.contact
    yield (
        f"- Ask {cell(whom) or 'your employer'} for access, correction or erasure: what stands "
        "here is what there is to ask for."
    )
    yield (
        "- Object there, with your reasons. Where the GDPR applies that is its Article 21; a "
        "complaint with the data protection authority is Article 77."
    )
