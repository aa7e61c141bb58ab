"""`wfhagent enroll`: exchange the enrolment token now, and say what came of it."""

from typing import Annotated

import typer

from wfhagent.cli.manual import by_hand
from wfhagent.cli.options import ConfigOption, assembled
from wfhagent.errors import EnrollmentError
from wfhagent.plugin import Occasion


def enroll(
    context: typer.Context,
    config: ConfigOption = None,
    new: Annotated[
        bool,
        typer.Option("--new", help="As a new device, after an administrator revoked this one."),
    ] = False,
) -> None:
    """Enrol this machine with the token in agent.toml; an enrolled machine gets a new token."""
    assembly = assembled(context, config)
    with by_hand(assembly) as hand:
        names = hand.names(hand.observer.observe(Occasion.HEARTBEAT))
        hand.require_lock("enrol")
        if not hand.courier.enroll(names, hand.workday(), anew=new):
            outcome = hand.courier.outcome
            raise EnrollmentError(f"Not enrolled: {outcome.problem} {_bracketed(outcome.code)}")
        typer.echo(f"Enrolled as {names.username} on {names.hostname} with {hand.server}.")


def _bracketed(code: str) -> str:
    return f"({code})" if code else ""
