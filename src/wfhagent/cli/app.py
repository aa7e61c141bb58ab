"""The command line, put together."""

import typer

from wfhagent.cli import (
    doctor,
    enroll,
    journal,
    my_data,
    notice,
    plugin,
    plugins,
    preview,
    privacy,
    report,
    run,
    screenshot,
    send,
    service,
    status,
    tray,
)
from wfhagent.cli.bare import bare_app


def make_app() -> typer.Typer:
    """Return the command line; its context object is the mapping of built-in plugins."""
    app = bare_app()
    app.command("run")(run.run)
    app.command("preview")(preview.preview)
    app.add_typer(send.app, name="send")
    app.command("enroll")(enroll.enroll)
    app.command("status")(status.status)
    app.command("plugins")(plugins.plugins)
    app.add_typer(plugin.app, name="plugin")
    app.command("privacy")(privacy.privacy)
    app.command("journal")(journal.journal)
    app.add_typer(screenshot.app, name="screenshot")
    app.command("notice")(notice.notice)
    app.command("my-data")(my_data.my_data)
    app.command("tray")(tray.tray)
    app.command("doctor")(doctor.doctor)
    app.command("report")(report.report)
    app.add_typer(service.app, name="service")
    return app
