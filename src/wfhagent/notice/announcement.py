"""The text of the notification at each start of the agent. Pure."""

from collections.abc import Sequence

from wfhagent.assembly import Assembly
from wfhagent.messages import N_, _
from wfhagent.notice.announce import Notification
from wfhagent.notice.brief import CHANGED, in_brief
from wfhagent.notice.sentences import sentences

TITLE = N_("wfhagent is running on this device")
MORE = N_('For details, choose "What is collected" in the icon\'s menu, or run `wfhagent privacy`.')
READ = N_(
    'Please read and acknowledge it: choose "Read the notice" in the icon\'s menu, or run '
    "`wfhagent notice`."
)


def start_notification(assembly: Assembly, open_changes: Sequence[str]) -> Notification:
    """Return what is shown at a start; *open_changes* are not acknowledged yet."""
    first, *others = sentences(assembly)
    if not open_changes:
        return Notification(title=_(TITLE), text="\n".join((first, *others, _(MORE))))
    return Notification(
        title=_(CHANGED),
        text="\n".join((*in_brief(open_changes), _(READ), first)),
        symbol="dialog-warning",
    )
