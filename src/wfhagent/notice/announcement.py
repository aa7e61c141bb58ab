"""What the notification at each start of the agent says. Pure."""

from collections.abc import Sequence

from wfhagent.assembly import Assembly
from wfhagent.notice.announce import Notification
from wfhagent.notice.brief import CHANGED, in_brief
from wfhagent.notice.sentences import sentences

TITLE = "wfhagent runs on this computer"
MORE = 'More: "What is collected" in the icon\'s menu, or `wfhagent privacy`.'
READ = (
    'Please read and acknowledge it: "Read the notice" in the icon\'s menu, or `wfhagent notice`.'
)


def start_notification(assembly: Assembly, open_changes: Sequence[str]) -> Notification:
    """Return what is shown at a start; *open_changes* are not acknowledged yet."""
    first, *others = sentences(assembly)
    if not open_changes:
        return Notification(title=TITLE, text="\n".join((first, *others, MORE)))
    return Notification(
        title=CHANGED,
        text="\n".join((*in_brief(open_changes), READ, first)),
        symbol="dialog-warning",
    )
