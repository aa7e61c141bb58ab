"""`wfhagent enroll`: exchanges the enrollment token now."""

from typing import Annotated

import typer

from wfhagent.cli.manual import by_hand
from wfhagent.cli.options import ConfigOption, assembled
from wfhagent.errors import EnrollmentError
from wfhagent.messages import _
from wfhagent.plugin import Occasion


def enroll(
    context: typer.Context,
    config: ConfigOption = None,
    new: Annotated[
        bool,
        typer.Option("--new", help="As a new device, after an administrator revoked this one."),
    ] = False,
) -> None:
    """Enroll this device with the token in agent.toml; an enrolled device gets a new token."""
    assembly = assembled(context, config)
    with by_hand(assembly) as hand:
        names = hand.names(hand.runner.run(Occasion.HEARTBEAT))
        hand.require_lock()
        if not hand.courier.enroll(names, hand.workday(), as_new=new):
            outcome = hand.courier.state
            text = _("Not enrolled: {problem} {code}")
            raise EnrollmentError(
                text.format(problem=outcome.problem, code=_bracketed(outcome.code)).rstrip()
            )
        text = _("Enrolled as {user} on {device} with {server}.")
        typer.echo(
            text.format(
                user=names.username, device=names.hostname, server=hand.elsewhere or hand.server
            )
        )


def _bracketed(code: str) -> str:
    return f"({code})" if code else ""
