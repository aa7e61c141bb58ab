"""The annex for a data protection impact assessment (Article 35 (7) of the GDPR). Pure.

What follows from the software is filled in. What only the controller knows is marked as open.
"""

from collections.abc import Iterator

from wfhagent.messages import N_, _
from wfhagent.notice.policy import Notice, paragraphs, rows
from wfhagent.privacy.inventory import Datum, Inventory
from wfhagent.privacy.page import cell, settings, table, when

_OPEN = N_("**to be completed**")
_LEVELS = {
    "direct": N_("directly personal"),
    "indirect": N_("indirectly personal"),
    "no": N_("not personal"),
}
_OFF = frozenset({"0", "0.0", "false", "[]", '""'})
_GENERAL = N_("Sent to the recipient above only, and deleted after the days stated.")
_CONTROLLER = (
    N_("Controller, processors, and the location of the server"),
    N_("Legal basis; agreement with the works council or the employees' representatives"),
    N_("Advice of the data protection officer (Art. 35 (2)), views of the employees (Art. 35 (9))"),
    N_("Retention on the server; who may view what (each view is logged, and shown to employees)"),
    N_("The text of the notice, compared with this annex"),
    N_("Likelihood and severity of each risk above"),
    N_("The decision, its date, and the date of the next review"),
)


def render_annex(inventory: Inventory) -> str:
    """Return the annex as Markdown."""
    return "\n".join([*_lines(inventory), ""])


def _lines(inventory: Inventory) -> Iterator[str]:
    yield f"# {_('Annex to the data protection impact assessment: wfhagent')}"
    yield ""
    yield _(
        "Made by wfhagent {version} from the declarations of its plugins and the agent.toml in "
        "force. What only the controller knows is marked {open}."
    ).format(version=inventory.version, open=_(_OPEN))
    yield from _description(inventory)
    yield from _necessity(inventory)
    yield from _risks(inventory)
    yield from _measures(inventory)
    yield from _title(_("5. To be completed by the controller"))
    yield from (f"- [ ] {_(item)}: {_(_OPEN)}" for item in _CONTROLLER)


def _description(inventory: Inventory) -> Iterator[str]:
    yield from _title(_("1. Systematic description of the processing (Art. 35 (7) (a))"))
    notice = inventory.notice
    if notice is not None:
        heading = _("What employees are informed of (notice, version {version}):")
        yield heading.format(version=notice.version)
        yield ""
        yield from (f"- {title}: {cell(value)}" for title, value in rows(notice))
        yield from (f"- {cell(text)}" for text in paragraphs(notice))
        yield ""
    for text in _circumstances(inventory):
        yield from (text, "")
    yield from when(inventory)
    yield ""
    yield _("Storage: {days} days on the device; {server} ({open}).").format(
        days=inventory.keep_days, server=inventory.server_keeps, open=_(_OPEN)
    )
    yield from ("", _("All data:"), "")
    yield from table(inventory.data, with_carrier=True)
    yield from ("", _("Collectors and their settings in force:"), "")
    yield from settings(inventory.collectors)


def _circumstances(inventory: Inventory) -> Iterator[str]:
    yield _(
        "Purpose: to know that the device of an employee who works from home is on, and to "
        "document two random moments of each working day. The table below states the purpose of "
        "each item."
    )
    yield _(
        "Data subjects: employees who use a device with the agent, and other people whom a "
        "screenshot may show."
    )
    yield _(
        "Recipient: the server of the controller, {server}, by the transport `{transport}`."
    ).format(server=inventory.server, transport=inventory.transport)
    yield _("Frequency:")


def _necessity(inventory: Inventory) -> Iterator[str]:
    direct, indirect, other = (
        [datum.name for datum in inventory.data if datum.personal == level]
        for level in ("direct", "indirect", "no")
    )
    yield from _title(_("2. Necessity and proportionality (Art. 35 (7) (b))"))
    for text in (
        _("Directly personal: {names}.").format(names=_names(direct)),
        _("Indirectly personal: {names}.").format(names=_names(indirect)),
        _("Not personal, needed for operation: {count} more fields.").format(count=len(other)),
        _("Data that is not in this annex is dropped on the device, whatever a plugin returns."),
        _("Each collector can be left out with `[plugins] disabled`. Its data is then not listed."),
        _("Legal basis, and why milder means are not sufficient: {open}").format(open=_(_OPEN)),
    ):
        yield f"- {text}"


def _risks(inventory: Inventory) -> Iterator[str]:
    yield from _title(_("3. Risks to rights and freedoms (Art. 35 (7) (c))"))
    heads = (_("item"), _("risk"), _("how the software limits it"), _("likelihood and severity"))
    yield f"| {' | '.join(heads)} |"
    yield "|---|---|---|---|"
    yield from dict.fromkeys(
        _risk(datum) for datum in inventory.data if datum.risk or datum.personal == "direct"
    )


def _risk(datum: Datum) -> str:
    declared = _("{what}: declared as {level}.")
    risk = _(datum.risk) or declared.format(what=_(datum.what), level=_(_LEVELS[datum.personal]))
    guard = f"{_(datum.guard)} {_(_GENERAL)}".strip()
    return f"| `{cell(datum.name)}` ({datum.by}) | {cell(risk)} | {cell(guard)} | {_(_OPEN)} |"


def _measures(inventory: Inventory) -> Iterator[str]:
    yield from _title(_("4. Measures (Art. 35 (7) (d))"))
    transparency = _(
        "Transparency: no hidden mode; a notification at each start that explains the "
        "screenshots; an icon in the panel; one agent per user, and `wfhagent status` lists every "
        "agent that ever ran; `wfhagent journal` shows employees everything that was sent, "
        "including screenshots; `wfhagent privacy`, `preview` and `plugins`."
    )
    yield f"- {transparency}"
    yield "- " + _("Information (Art. 13): {how}").format(how=_informed(inventory.notice))
    yield from _in_force(inventory)
    transport = _("Transport: `{name}`").format(name=inventory.transport)
    about = f": {_(inventory.transport_about)}" if inventory.transport_about else ""
    yield f"- {transport}{about}"
    for text in (
        _(
            "Access to the server: a token per device, which can be revoked; stored in the "
            "system's keyring if there is one."
        )
        if inventory.token_in_keyring
        else _("Access to the server: a token per device, which can be revoked; stored in a file."),
        _(
            "Integrity: third-party collectors run in separate processes without the token. Only "
            "drop-ins whose hash or signer IT has named are loaded."
        )
        if inventory.drop_ins_limited
        else _(
            "Integrity: third-party collectors run in separate processes without the token. "
            "Drop-ins are **not** limited to known hashes."
        ),
        _("Availability: what cannot be sent waits on the device, limited in size and age."),
        _("Erasure: the server deletes whole days automatically, including screenshots."),
    ):
        yield f"- {text}"


def _informed(notice: Notice | None) -> str:
    if notice is None:
        text = _("agent.toml has no `[notice]`; how the employees are informed: {open}")
        return text.format(open=_(_OPEN))
    held = (
        _("No detailed log is taken before the employee has acknowledged it.")
        if notice.required
        else _("It is shown before the first detailed log, and need not be acknowledged.")
    )
    return _(
        "the notice in force is version {version}, a hash of its text, of the settings that "
        "decide what is collected, and of the plugins. {held} Changes are announced and "
        "acknowledged again. The device and the server record when it was shown and acknowledged."
    ).format(version=notice.version, held=held)


def _in_force(inventory: Inventory) -> Iterator[str]:
    """Yield the settings of each collector that gives what is directly personal.

    Whether they limit what it gives only a person can say; what is off is named as off.
    """
    direct = {datum.by for datum in inventory.data if datum.personal == "direct"}
    text = _(
        "Settings of `{name}` in force: {on}. Off: {off}. Whether they minimize what it collects: "
        "{open}"
    )
    for one in inventory.collectors:
        if one.name not in direct or not one.settings:
            continue
        on = [f"`{key}` = {_(value)}" for key, value in one.settings.items() if value not in _OFF]
        off = [f"`{key}`" for key, value in one.settings.items() if value in _OFF]
        yield "- " + text.format(
            name=one.name,
            on=cell("; ".join(on)) or _("none"),
            off=", ".join(off) or _("none"),
            open=_(_OPEN),
        )


def _title(text: str) -> tuple[str, str, str]:
    return ("", f"## {text}", "")


def _names(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in dict.fromkeys(names)) or _("none")
