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
from wfhagent.notice.gate import Gate
from wfhagent.notice.policy import current_notice
from wfhagent.notice.register import register_of
from wfhagent.outbox.entry import EntryState
from wfhagent.payload import TEST_SLOT
from wfhagent.plugin import Occasion
from wfhagent.schedule.slot_ledger import TEST_LOGS, SlotLedger

app = typer.Typer(help="Send one heartbeat or one test log now.", no_args_is_help=True)


@app.command()
def heartbeat(context: typer.Context, config: ConfigOption = None) -> None:
    """Send a heartbeat now, beside the agent's own."""
    with by_hand(assembled(context, config)) as hand:
        gathered = hand.observer.observe(Occasion.HEARTBEAT)
        beat = make_heartbeat(
            gathered, hand.names(gathered), now=hand.clock.now(), health={}, missed=()
        )
        _deliver(hand, hand.outbox.add_heartbeat(beat), "The heartbeat")


@app.command()
def log(context: typer.Context, config: ConfigOption = None) -> None:
    """Send a detailed log now, marked as a test: it does not count as one of the day's two.

    At most three are taken within 24 hours. The person at the screen is asked first.
    """
    with by_hand(assembled(context, config)) as hand:
        _require_notice(hand)
        names = hand.names(hand.observer.observe(Occasion.HEARTBEAT))
        hand.enroll_first(names)
        ledger = hand.assembly.slot_ledger(hand.outbox)
        _require_room(ledger, hand.clock.now())
        _require_consent(hand.server)
        if not ledger.claim_test(hand.clock.now()):
            _require_room(ledger, hand.clock.now())
        unset_at = hand.clock.elapsed() if hand.clock.skew() is None else None
        record = make_log(
            hand.observer.observe(Occasion.DETAILED_LOG),
            names,
            now=hand.clock.now(),
            workday=hand.workday(),
            slot=TEST_SLOT,
        )
        entry_id = hand.outbox.add_log(record.log, record.picture, unset_at=unset_at)
        if entry_id is None:
            raise OutboxError("The outbox did not take the test log.")
        typer.echo(f"Screenshot: {record.log.screenshot.get('status')}")
        for fact, reason in record.log.absent.items():
            typer.echo(f"Missing: {fact}: {reason}")
        _deliver(hand, entry_id, "The test log")


def _require_notice(hand: Hand) -> None:
    notice, register = current_notice(hand.assembly), register_of(hand.assembly)
    held = Gate(notice, register).reason(hand.clock.now())
    if held:
        raise NoticeError(f"No detailed log is taken: {held}. `wfhagent notice` shows it.")


def _require_room(ledger: SlotLedger, now: datetime) -> None:
    if ledger.tests_taken(now) >= TEST_LOGS:
        raise TestLogError(
            f"{TEST_LOGS} test logs were taken within the last 24 hours, and no more are taken. "
            "`wfhagent journal` shows them; try again tomorrow."
        )


def _require_consent(server: str) -> None:
    """Ask the person at the screen, or at this terminal where no desktop can ask."""
    question = (
        f"A test log is about to be taken, with a screenshot where this computer takes them, and "
        f"sent to {urlsplit(server).hostname}. It is deleted there after 24 hours."
    )
    try:
        agrees = ask_at_screen("Take a test log?", question, yes="Take it", no="Do not take it")
    except NotifyError as error:
        if not has_screen():
            # Nobody is there, and nothing can be seen.
            return
        if not sys.stdin.isatty():
            raise TestLogError(
                f"No test log is taken: the person at the screen cannot be asked ({error}). Run "
                "this in a terminal, which asks."
            ) from error
        agrees = typer.confirm(f"{question} Take it?")
    if not agrees:
        raise TestLogError("No test log was taken: the person at the screen did not agree.")


def _deliver(hand: Hand, entry_id: int, what: str) -> None:
    state, answer = hand.deliver(entry_id)
    if state is EntryState.SENT:
        typer.echo(f"{what} is stored on {hand.server}.")
        return
    if state is EntryState.REFUSED:
        raise OutboxError(f"{what} was refused and set aside: {answer}")
    raise OutboxError(f"{what} waits in the outbox and will be sent later: {answer}")
