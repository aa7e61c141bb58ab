"""`wfhagent send`: one heartbeat or one test log, now."""

import sys
from datetime import datetime
from urllib.parse import urlsplit

import typer

from wfhagent.cli.manual import Hand, by_hand
from wfhagent.cli.options import ConfigOption, assembled
from wfhagent.collect.payload_builder import make_heartbeat, make_log
from wfhagent.desktop.ask import ask_at_screen, has_screen
from wfhagent.desktop.notify import NotifyError
from wfhagent.errors import NoticeError, OutboxError, TestLogError
from wfhagent.messages import _
from wfhagent.notice.gate import Gate
from wfhagent.notice.policy import current_notice
from wfhagent.notice.register import register_of
from wfhagent.outbox.entry import EntryState
from wfhagent.outbox.slot_ledger import TEST_LOGS, SlotLedger
from wfhagent.payload import TEST_SLOT
from wfhagent.plugin import Occasion

app = typer.Typer(help="Send one heartbeat or one test log now.", no_args_is_help=True)


@app.command()
def heartbeat(context: typer.Context, config: ConfigOption = None) -> None:
    """Send an extra heartbeat now."""
    with by_hand(assembled(context, config)) as hand:
        facts = hand.runner.run(Occasion.HEARTBEAT)
        names, now = hand.names(facts), hand.clock.now()
        payload = make_heartbeat(facts, names, now=now, health={}, missed=())
        _deliver(hand, hand.outbox.add_heartbeat(payload), _("The heartbeat"))


@app.command()
def log(context: typer.Context, config: ConfigOption = None) -> None:
    """Send a detailed log now, marked as a test: it does not count as one of the day's two.

    At most three are taken within 24 hours. The user is asked first.
    """
    with by_hand(assembled(context, config)) as hand:
        _require_notice(hand)
        names = hand.names(hand.runner.run(Occasion.HEARTBEAT))
        hand.enroll_first(names)
        ledger = hand.assembly.slot_ledger(hand.outbox)
        _require_room(ledger, hand.clock.now())
        _require_consent(hand)
        if not ledger.claim_test(hand.clock.now()):
            _require_room(ledger, hand.clock.now())
        unset_at = hand.clock.elapsed() if hand.clock.skew() is None else None
        record = make_log(
            hand.runner.run(Occasion.DETAILED_LOG),
            names,
            now=hand.clock.now(),
            workday=hand.workday(),
            slot=TEST_SLOT,
        )
        entry_id = hand.outbox.add_log(record.log, record.screenshot, unset_at=unset_at)
        if entry_id is None:
            raise OutboxError(_("The test log could not be stored in the outbox."))
        status = record.log.screenshot.get("status")
        typer.echo(_("Screenshot: {detail}").format(detail=status))
        for fact, reason in record.log.absent.items():
            typer.echo(_("Missing: {fact}: {reason}").format(fact=fact, reason=reason))
        _deliver(hand, entry_id, _("The test log"))


def _require_notice(hand: Hand) -> None:
    notice, register = current_notice(hand.assembly), register_of(hand.assembly)
    held = Gate(notice, register).reason(hand.clock.now())
    if held:
        text = _("No detailed log is taken: {reason}. Read it with `wfhagent notice`.")
        raise NoticeError(text.format(reason=_(held)))


def _require_room(ledger: SlotLedger, now: datetime) -> None:
    if ledger.tests_taken(now) >= TEST_LOGS:
        text = _(
            "{count} test logs were taken within the last 24 hours, which is the limit. See them "
            "with `wfhagent journal`, and try again tomorrow."
        )
        raise TestLogError(text.format(count=TEST_LOGS))


def _require_consent(hand: Hand) -> None:
    """Ask the user on the desktop, or in this terminal where no desktop can ask."""
    text = _(
        "wfhagent will take a test log, with a screenshot if they are enabled, and send it to "
        "{server}. It is deleted there after 24 hours."
    )
    if hand.elsewhere:
        # Nobody knows what happens to it there.
        text = _(
            "wfhagent will take a test log, with a screenshot if they are enabled, and send it to "
            "{server}."
        )
    question = text.format(server=hand.elsewhere or urlsplit(hand.server).hostname)
    title, yes, no = _("Take a test log?"), _("Take it"), _("Do not take it")
    try:
        agrees = ask_at_screen(title, question, yes=yes, no=no)
    except NotifyError as error:
        if not has_screen():
            # Nobody is there, and nothing can be seen.
            return
        if not sys.stdin.isatty():
            text = _(
                "No test log is taken, because the user cannot be asked ({error}). Run this in a "
                "terminal to be asked there."
            )
            raise TestLogError(text.format(error=_(str(error)))) from error
        agrees = typer.confirm(f"{question} {title}")
    if not agrees:
        raise TestLogError(_("No test log was taken, because the user did not agree."))


def _deliver(hand: Hand, entry_id: int, what: str) -> None:
    state, answer = hand.deliver(entry_id)
    if state is EntryState.SENT:
        text = _("{what} is stored on {server}.")
        if hand.elsewhere:
            text = _("{what} is stored at {server}.")
        typer.echo(text.format(what=what, server=hand.elsewhere or hand.server))
        return
    text = _("{what} is waiting in the outbox and will be sent later: {answer}")
    if state is EntryState.REFUSED:
        text = _("{what} was rejected by the server: {answer}")
    raise OutboxError(text.format(what=what, answer=answer))
