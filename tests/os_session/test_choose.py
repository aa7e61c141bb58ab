"""Every system has a watch, even if it never announces anything."""

import sys

from wfhagent.os_session.choose import session_watch
from wfhagent.os_session.watch import NoWatch


def test_this_system_has_a_watch_that_can_be_closed_before_it_starts():
    watch = session_watch()

    assert watch.ending() is None
    expected = {"linux": "LogindWatch", "win32": "WindowsWatch", "darwin": "MacWatch"}
    assert type(watch).__name__ == expected.get(sys.platform, "NoWatch")

    watch.close()


def test_no_watch_announces_nothing():
    watch = NoWatch()
    watch.start(lambda: None)
    watch.done()

    assert watch.ending() is None

    watch.close()
