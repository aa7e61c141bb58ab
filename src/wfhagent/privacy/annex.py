"""The annex for a data protection impact assessment (Article 35 (7) of the GDPR). Pure.

What follows from the software is filled in; what only the controller can know is left open by name.
"""

from collections.abc import Iterator

from wfhagent.notice.policy import Notice, paragraphs, rows
from wfhagent.privacy.inventory import Datum, Inventory
from wfhagent.privacy.page import cell, settings, table, when

OPEN = "**to be completed**"
_LEVELS = {"direct": "directly personal", "indirect": "indirectly personal", "no": "not personal"}

_OFF = frozenset({"0", "0.0", "false", "[]", '""'})
_GENERAL = "Goes to the recipient above only; forgotten after the days stated."


def render_annex(inventory: Inventory) -> str:
    """Return the annex as Markdown."""
    return "\n".join([*_lines(inventory), ""])


def _lines(inventory: Inventory) -> Iterator[str]:
    yield "# Annex to the data protection impact assessment: wfhagent"
    yield ""
    yield (
        f"Made by wfhagent {inventory.version} from the declarations of its plugins and the "
        f"agent.toml in force. What only the controller knows is marked {OPEN}."
    )
    yield from _description(inventory)
    yield from _necessity(inventory)
    yield from _risks(inventory)
    yield from _measures(inventory)
    yield from _open()


def _description(inventory: Inventory) -> Iterator[str]:
    yield from _title("1. Systematic description of the processing (Art. 35 (7) (a))")
    notice = inventory.notice
    if notice is not None:
        yield f"What the employees are told (notice, version {notice.version}):"
        yield ""
        yield from (f"- {title}: {cell(value)}" for title, value in rows(notice))
        yield from (f"- {cell(text)}" for text in paragraphs(notice))
        yield ""
    yield (
        "Purpose: to know that the computer of an employee who works from home is on, and to "
        "document two random moments of each working day. The table below has the purpose of each "
        "item."
    )
    yield ""
    yield "Data subjects: who uses a machine with the agent; others whom a picture may show."
    yield ""
    yield (
        f"Recipient: the server of the controller, {inventory.server}, by the transport "
        f"`{inventory.transport}`."
    )
    yield ""
    yield "Frequency:"
    yield ""
    yield from when(inventory)
    yield ""
    yield (
        f"Storage: {inventory.keep_days} days on the machine; {inventory.server_keeps} ({OPEN})."
    )
    yield ""
    yield "All data:"
    yield ""
    yield from table(inventory.data, with_carrier=True)
    yield ""
    yield "Collectors and their settings in force:"
    yield ""
    yield from settings(inventory.collectors)


def _necessity(inventory: Inventory) -> Iterator[str]:
    direct, indirect, other = (
        [datum.name for datum in inventory.data if datum.personal == level]
        for level in ("direct", "indirect", "no")
    )
    yield from _title("2. Necessity and proportionality (Art. 35 (7) (b))")
    yield f"- Directly personal: {_names(direct)}."
    yield f"- Indirectly personal: {_names(indirect)}."
    yield f"- Not personal, needed for operation: {len(other)} further fields."
    yield "- A datum that is not in this annex is dropped on the machine, whatever a plugin gives."
    yield "- Each collector can be left out by `[plugins] disabled`; the list above then shrinks."
    yield f"- Legal basis, and why milder means do not suffice: {OPEN}"


def _risks(inventory: Inventory) -> Iterator[str]:
    yield from _title("3. Risks to rights and freedoms (Art. 35 (7) (c))")
    yield "| datum | risk | what the software does about it | likelihood and severity |"
    yield "|---|---|---|---|"
    yield from dict.fromkeys(
        _risk(datum) for datum in inventory.data if datum.risk or datum.personal == "direct"
    )


def _risk(datum: Datum) -> str:
    risk = datum.risk or f"{datum.what}: declared as {_LEVELS[datum.personal]}."
    guard = f"{datum.guard} {_GENERAL}".strip()
    return f"| `{cell(datum.name)}` ({datum.by}) | {cell(risk)} | {cell(guard)} | {OPEN} |"


def _measures(inventory: Inventory) -> Iterator[str]:
    yield from _title("4. Measures (Art. 35 (7) (d))")
    keeper = "the system's keyring where there is one" if inventory.token_in_keyring else "a file"
    hashes = "is" if inventory.hashes_required else "is **not**"
    yield (
        "- Transparency: no hidden mode; a notification at each start, which says that "
        "screenshots are taken; an icon in the panel; one agent per user, and `wfhagent status` "
        "lists every one that ever ran; `wfhagent journal` shows the person all that was sent, "
        "screenshots included; `wfhagent privacy`, `preview` and `plugins`."
    )
    yield f"- Information (Art. 13): {_informed(inventory.notice)}"
    yield from _in_force(inventory)
    about = f": {inventory.transport_about}" if inventory.transport_about else ""
    yield f"- Transport: `{inventory.transport}`{about}"
    yield f"- Access to the server: a token per machine, which can be revoked; kept in {keeper}."
    yield (
        "- Integrity: drop-in collectors run in processes of their own, which lack the token; "
        f"that only those with a known hash are loaded {hashes} in force."
    )
    yield "- Availability: what cannot be sent waits on the machine, bounded in size and age."
    yield "- Erasure: the server drops whole days, pictures with them, by itself."


def _informed(notice: Notice | None) -> str:
    if notice is None:
        return f"agent.toml has no `[notice]`; how the employees are informed: {OPEN}"
    held = (
        "no detailed log is taken before the person at the machine has acknowledged it"
        if notice.required
        else "it is shown before the first detailed log, and need not be acknowledged"
    )
    return (
        f"the notice in force is version {notice.version}, a hash of its words, of the settings "
        f"that decide what is collected, and of the plugins; {held}. A change is notified, and "
        "acknowledged again. When it was shown and acknowledged is on record on the computer and "
        "on the server."
    )


def _in_force(inventory: Inventory) -> Iterator[str]:
    """Yield the settings of each collector that gives what is directly personal.

    Whether they limit what it gives only a person can say; what is off is named as off.
    """
    direct = {datum.by for datum in inventory.data if datum.personal == "direct"}
    for one in inventory.collectors:
        if one.name not in direct or not one.settings:
            continue
        on = [f"`{key}` = {value}" for key, value in one.settings.items() if value not in _OFF]
        off = [f"`{key}`" for key, value in one.settings.items() if value in _OFF]
        yield (
            f"- Settings of `{one.name}` in force: {cell('; '.join(on)) or 'none'}. "
            f"Off: {', '.join(off) or 'none'}. Whether they minimise what it gives: {OPEN}"
        )


def _open() -> Iterator[str]:
    yield from _title("5. What the controller completes")
    for item in (
        "Controller, processors, and where the server stands",
        "Legal basis; agreement with the works council or the employees' representatives",
        "Advice of the data protection officer (Art. 35 (2)), views of the employees (35 (9))",
        "Retention on the server; who may look at what (each look is on record, and shown to them)",
        "The words of the notice, held against this annex",
        "Likelihood and severity of each risk above",
        "The decision, its date, and when it is reviewed",
    ):
        yield f"- [ ] {item}: {OPEN}"


def _title(text: str) -> tuple[str, str, str]:
    return ("", f"## {text}", "")


def _names(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in dict.fromkeys(names)) or "none"
