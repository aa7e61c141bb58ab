"""The page for employees: what is collected, why, and what they can do about it. Pure."""

from collections.abc import Iterable, Iterator, Sequence

from wfhagent.messages import N_, _, ngettext
from wfhagent.messages.dates import weekday_name
from wfhagent.notice.policy import Notice, paragraphs, rows
from wfhagent.notice.sentences import NO_PAUSE, days_in_words
from wfhagent.privacy.inventory import Collecting, Datum, Inventory

TITLE = N_("What is collected")
CARRIERS = {
    "detailed log": N_("With a detailed log, twice each working day"),
    "heartbeat": N_("With a heartbeat"),
    "enrollment": N_("Once, when this device is enrolled"),
}
CARRIER_NAMES = {
    "detailed log": N_("detailed log"),
    "heartbeat": N_("heartbeat"),
    "enrollment": N_("enrollment"),
}
TECHNICAL = N_("Technical data that says nothing about you")
FIRST = "screenshot"
"""What people ask about first comes first."""
HOW_PERSONAL = {"direct": N_("directly"), "indirect": N_("indirectly"), "no": N_("no")}
COMPANY = N_("Your company's notice")
SETTINGS = N_("Settings in force")
NOT_USED = N_("Not used")
WHEN = N_("When")
HEADS = (N_("what it is"), N_("why"), N_("personal"), N_("from"))
ORIGINS = {
    "built-in": N_("built-in"),
    "installed": N_("installed"),
    "drop-in": N_("drop-in"),
}
_ORDER = {"direct": 0, "indirect": 1, "no": 2}
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def render_page(inventory: Inventory) -> str:
    """Return the page as Markdown."""
    return "\n".join([*_lines(inventory), ""])


def _lines(inventory: Inventory) -> Iterator[str]:
    yield f"# {_(TITLE)}"
    yield ""
    yield from first_of_all(inventory)
    for title, rows_of_it, also in personal(inventory.data):
        yield from _section(title, table(rows_of_it) if rows_of_it else ())
        yield from as_above(also)
    yield from _section(_(WHEN), when(inventory))
    if inventory.notice is not None:
        yield from _section(_(COMPANY), says(inventory.notice))
    for part in (seen_by(), never(), yours(inventory)):
        yield ""
        yield from part
    yield from _section(_(SETTINGS), settings(inventory.collectors))
    yield from _section(_(TECHNICAL), table(technical(inventory.data), with_carrier=True))
    if inventory.unused:
        yield from _section(_(NOT_USED), not_used(inventory))
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
    yield _(NO_PAUSE)


def made_of(inventory: Inventory) -> str:
    """Return what the page is made from."""
    return _(
        "This page was made by wfhagent {version} from agent.toml and from what its plugins "
        "declare. It reports to {server}. Data that a plugin has not declared is dropped before "
        "it leaves this device."
    ).format(version=inventory.version, server=inventory.server)


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
        yield _(title), new, [datum.name for key, datum in found.items() if key in known]
        known |= found.keys()


def _key(datum: Datum) -> tuple[str, str, str]:
    return datum.by, datum.name, datum.what


def as_above(names: Sequence[str]) -> Iterator[str]:
    """Yield that a table has these rows of the ones above, too."""
    if names:
        yield ""
        listed = ", ".join(f"`{name}`" for name in names)
        yield _("And, as above: {names}.").format(names=listed)


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
    read = _(
        "Version {version}. After reading it, run `wfhagent notice --acknowledge`. This is "
        "recorded here and on the server."
    ).format(version=notice.version)
    held = (
        _("No detailed log is taken before that.")
        if notice.required
        else _("You do not have to acknowledge it.")
    )
    yield f"{read} {held}"


def when(inventory: Inventory) -> Iterator[str]:
    """Yield when something is sent, as a list."""
    log = _(
        "A detailed log is a screenshot with the facts listed above. Two are taken each working "
        "day ({days}), at random times between {start} and {end} ({zone}). There is never a third."
    )
    named = (weekday_name(_WEEKDAYS.index(day)) for day in inventory.working_days)
    zone = inventory.time_zone or _("this device's time zone")
    yield "- " + log.format(
        days=", ".join(named), start=inventory.start, end=inventory.end, zone=zone
    )
    if inventory.calendars:
        off = _("No detailed log is taken on days off in these calendars: {names}.")
        yield f"- {off.format(names=', '.join(inventory.calendars))}"
    company = _(
        "The server may send your working hours and days off. They only make this time shorter: "
        "no log is ever taken at another time."
    )
    yield f"- {company}"
    heartbeat = _(
        "A heartbeat is a short message that this device is on. It is sent {every}, day and "
        "night, while the device is on and awake: up to {count:,.0f} times a day."
    )
    yield "- " + heartbeat.format(
        every=_every(inventory.heartbeat_seconds), count=_DAY / inventory.heartbeat_seconds
    )
    if inventory.only_in_working_hours:
        silent = _("Outside working hours nothing is collected or sent, no heartbeats either.")
        yield f"- {silent}"
    enrolling = _("Enrollment registers this device with the server, once and when it asks again.")
    yield f"- {enrolling}"
    address = _("The server also sees the network address from which each message comes.")
    yield f"- {address}"


def _every(seconds: float) -> str:
    """Return an interval as people say it."""
    if seconds >= _HOUR and seconds % _HOUR == 0:
        hours = int(seconds // _HOUR)
        return ngettext("every hour", "every {count} hours", hours).format(count=hours)
    if seconds >= _MINUTE and seconds % _MINUTE == 0:
        minutes = int(seconds // _MINUTE)
        return ngettext("every minute", "every {count} minutes", minutes).format(count=minutes)
    return _("every {count:g} seconds").format(count=seconds)


def table(data: Sequence[Datum], *, with_carrier: bool = False) -> Iterator[str]:
    """Yield the rows of a table of *data*, with a column of what carries each if so wished."""
    head = ("", *map(_, HEADS), *([_("with")] if with_carrier else []))
    yield f"| {' | '.join(head)} |"
    yield "|---" * len(head) + "|"
    for datum in data:
        how = _(HOW_PERSONAL[datum.personal])
        cells = (
            f"`{datum.name}`",
            _(datum.what),
            _(datum.why),
            f"**{how}**" if datum.personal == "direct" else how,
            datum.by,
            *([carriers_in_words(datum)] if with_carrier else []),
        )
        yield f"| {' | '.join(cell(text) for text in cells)} |"


def carriers_in_words(datum: Datum) -> str:
    """Return what carries *datum*."""
    return ", ".join(_(CARRIER_NAMES[carrier]) for carrier in datum.sent_with)


def cell(text: str) -> str:
    """Return *text* for a cell of a table: what a plugin writes must not break it."""
    return " ".join(text.split()).replace("|", "\\|")


def settings(collectors: Sequence[Collecting]) -> Iterator[str]:
    """Yield each collector and its settings in force, as a list."""
    for one in collectors:
        origin = _(ORIGINS[one.origin])
        where = f"{origin}, {one.where}" if one.where else origin
        values = "; ".join(f"`{key}` = {_(value)}" for key, value in one.settings.items())
        about = f": {_(one.about)}" if one.about else ""
        yield f"- {one.name} ({where}){cell(about)}" + (f" {cell(values)}" if values else "")


def not_used(inventory: Inventory) -> Iterator[str]:
    """Yield the plugins that are not used, and why."""
    for name, problem in inventory.unused.items():
        yield f"- {name}: {_(problem)}"


def seen_by() -> Iterator[str]:
    """Yield who can see it, on the server that comes with this agent."""
    yield f"## {_('Who can see it')}"
    yield ""
    you = _(
        "You: `wfhagent journal` shows what was sent from this device. `wfhagent my-data`, or "
        '"My data on the server" in the icon\'s menu, shows what the server has and who viewed it.'
    )
    yield f"- {you}"
    users = _(
        "People with an account from your employer: managers see only their own teams, "
        "administrators and auditors see everyone. Every view of a log or screenshot and every "
        "export is logged."
    )
    yield f"- {users}"
    operators = _("People who run the server can also read its database. This is not logged.")
    yield f"- {operators}"


def never() -> Iterator[str]:
    """Yield what is never collected."""
    yield f"## {_('What is never collected')}"
    yield ""
    yield _(
        "wfhagent and its own plugins never record what you type, the contents of files, e-mail "
        "or the clipboard, your camera or microphone, or your location by a sensor. There is no "
        "hidden mode and no score, and no setting that adds one."
    )


def yours(inventory: Inventory) -> Iterator[str]:
    """Yield what the employee can do."""
    yield f"## {_('What you can do')}"
    yield ""
    for text in (
        _("`wfhagent preview` shows exactly what would be sent now, and sends nothing."),
        _("`wfhagent journal` opens everything that was sent from here, including screenshots."),
        _("`wfhagent status` shows what was sent, what is waiting, and what does not work."),
        _("`wfhagent plugins` lists each plugin and where it comes from."),
        _kept(inventory),
        _("Ask {contact} for a copy of your data, or to have it corrected or deleted.").format(
            contact=_contact(inventory)
        ),
        _(
            "If you are blocked when your data is erased, such as after you left, the server keeps "
            "a hash of your username, so that your device does not enroll again. The hash is "
            "deleted when the block is ended."
        ),
        _(
            "You can object and give your reasons. Where the GDPR applies, Article 21 gives you "
            "this right. Article 77 lets you complain to the data protection authority."
        ),
    ):
        yield f"- {text}"


def _kept(inventory: Inventory) -> str:
    return _(
        "This device keeps what it sent for {here}. Heartbeats, logs and screenshots are kept for "
        "{server}. Test logs are deleted there after 24 hours."
    ).format(here=days_in_words(inventory.keep_days), server=inventory.server_keeps)


def _contact(inventory: Inventory) -> str:
    notice = inventory.notice
    return cell("" if notice is None else notice.contact) or _("your employer")
