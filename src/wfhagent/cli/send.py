"""`wfhagent send`: one heartbeat or one test log, now."""

import typer

from wfhagent.cli.by_hand import Hand, by_hand
from wfhagent.cli.options import ConfigOption, assembled
from wfhagent.errors import NoticeError, OutboxError
from wfhagent.notice.gate import Gate
from wfhagent.notice.policy import current_notice
from wfhagent.notice.register import register_of
from wfhagent.outbox.entry import EntryState
from wfhagent.payload import TEST_SLOT
from wfhagent.plugin import Occasion
from wfhagent.record import make_heartbeat, make_log

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
    """Send a detailed log now, marked as a test: it is none of the day's two."""
    with by_hand(assembled(context, config)) as hand:
        _require_notice(hand)
        names = hand.names(hand.observer.observe(Occasion.HEARTBEAT))
        hand.enroll_first(names)
        record = make_log(
            hand.observer.observe(Occasion.DETAILED_LOG),
            names,
            now=hand.clock.now(),
            workday=hand.workday(),
            slot=TEST_SLOT,
        )
        entry_id = hand.outbox.add_log(record.log, record.picture)
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


def _deliver(hand: Hand, entry_id: int, what: str) -> None:
    state, answer = hand.deliver(entry_id)
    if state is EntryState.SENT:
        typer.echo(f"{what} is stored on {hand.server}.")
        return
    if state is EntryState.REFUSED:
        raise OutboxError(f"{what} was refused and set aside: {answer}")
    raise OutboxError(f"{what} waits in the outbox and will be sent later: {answer}")
