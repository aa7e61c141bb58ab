"""What the agent itself sends besides the facts of collectors; declared as plugins declare theirs.

A test compares these with the fields of `wfhagent.payload` and the counters of
`wfhagent.agent.health`.
"""

from wfhagent.plugin import Fact, Personal

PRESENCE = "Presence: to know that this device is on"
OPERATION = "Operation: to see that the program works"

HEARTBEAT = (
    Fact(
        "status",
        "The word `online`",
        PRESENCE,
        Personal.INDIRECT,
        risk="Heartbeats over several days show working hours and habits.",
        guard="No score is calculated from them. What the server counts of a day is labeled as"
        " device activity, no record of working time, and kept no longer than heartbeats.",
    ),
    Fact("timestamp", "When it was made", PRESENCE, Personal.INDIRECT),
    Fact("seq", "A number that increases", "To store nothing twice", Personal.NO),
    Fact(
        "queued_seconds",
        "How long it waited for a connection",
        "To calculate when it was made",
        Personal.NO,
    ),
    Fact("agent_version", "The version of the program", "Updates", Personal.NO),
    Fact(
        "workday",
        "The local date, once a day",
        "So that a reinstalled program does not take a third log",
        Personal.NO,
    ),
    Fact(
        "missed",
        "Detailed logs missing on past days, why, and when the device was awake on that day",
        "To tell a closed laptop from a fault",
        Personal.INDIRECT,
    ),
    Fact(
        "plugins",
        "Which plugins are in use, where they are from, and what they say that they collect; "
        "once after a change",
        OPERATION,
        Personal.NO,
    ),
    Fact(
        "calendar",
        "A number: which version of your working hours the program has from the server",
        "So that the server sends them after a change",
        Personal.NO,
    ),
    Fact("health", "Counters of the program, listed below", OPERATION, Personal.NO),
)

HEALTH = (
    Fact("queued_heartbeats", "How many heartbeats are waiting", OPERATION, Personal.NO),
    Fact("queued_logs", "How many detailed logs are waiting", OPERATION, Personal.NO),
    Fact("refused", "How many of them the server rejected", OPERATION, Personal.NO),
    Fact(
        "dropped_heartbeats",
        "How many heartbeats were dropped, too old or too many",
        OPERATION,
        Personal.NO,
    ),
    Fact(
        "dropped_logs",
        "How many detailed logs were dropped, too old or too many",
        OPERATION,
        Personal.NO,
    ),
    Fact("size_bytes", "How much disk space it uses", OPERATION, Personal.NO),
    Fact(
        "heartbeat_seconds",
        "How often a heartbeat is sent, where it is not every five minutes",
        OPERATION,
        Personal.NO,
    ),
    Fact(
        "clock_skew_seconds",
        "How far the clock of this device differs from the server's",
        OPERATION,
        Personal.NO,
    ),
    Fact(
        "failing",
        "Plugins that do not work, with a sentence on why",
        OPERATION,
        Personal.INDIRECT,
    ),
    Fact("problem", "Why nothing could be delivered, as a code", OPERATION, Personal.NO),
    Fact(
        "notice",
        "Which version of the company's notice was shown and acknowledged here, and when",
        "To prove that you were informed",
        Personal.INDIRECT,
    ),
    Fact(
        "collected",
        "A hash of the settings and plugins in force, since when, and how many changes are not "
        "acknowledged yet",
        "To prove what is collected here, and that you were informed of each change",
        Personal.NO,
    ),
    Fact(
        "start_notice",
        "When the notification at the last start was shown here, or why it could not be",
        "To prove that you were informed",
        Personal.INDIRECT,
    ),
    Fact(
        "working_days",
        "The days on which logs are taken here, where they are not Monday to Friday",
        "So that no log is expected on other days",
        Personal.NO,
    ),
    Fact(
        "day_off",
        "Today's date, if a calendar here says that it is a day off; not the reason",
        "So that no log is expected on it",
        Personal.INDIRECT,
    ),
    Fact(
        "silent",
        "From when until when nothing will be sent, where nothing is sent outside working hours",
        "So that a silent device is not taken for a problem",
        Personal.INDIRECT,
    ),
    Fact(
        "run_id",
        "A random number from each start of the program",
        "To detect two copies of one agent",
        Personal.NO,
    ),
    Fact(
        "settings",
        "A hash of the settings in force, without secrets",
        "To find devices whose settings differ from those that were agreed on",
        Personal.NO,
    ),
    Fact("outbox_set_aside", "The file name of a damaged database", OPERATION, Personal.NO),
)

DETAILED_LOG = (
    Fact("timestamp", "When it was taken", PRESENCE, Personal.INDIRECT),
    Fact("workday", "The local date", "To count two per working day", Personal.INDIRECT),
    Fact(
        "slot",
        "Which of the day's two logs: 1 or 2, and 0 for a test",
        "To count two per working day",
        Personal.NO,
    ),
    Fact("absent", "Why a fact is missing, such as `no network`", OPERATION, Personal.NO),
)

ENROLLMENT = (
    Fact(
        "agent_id", "A random number that the program chose", "To tell laptops apart", Personal.NO
    ),
    Fact(
        "current_token", "The device token, if there is one", "To stay the same agent", Personal.NO
    ),
    Fact("platform", "The operating system", OPERATION, Personal.NO),
    Fact("agent_version", "The version of the program", "Updates", Personal.NO),
    Fact(
        "workday",
        "The local date",
        "So that a reinstalled program does not take a third log",
        Personal.NO,
    ),
)
