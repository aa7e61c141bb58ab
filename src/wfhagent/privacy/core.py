"""What the agent itself sends beside the facts of collectors: declared as plugins declare theirs.

A test compares these with the fields of `wfhagent.payload` and the counters of
`wfhagent.agent.health`.
"""

from wfhagent.plugin import Fact, Personal

PRESENCE = "Presence: to know that this computer is on"
OPERATION = "Operation: to see that the program works"

HEARTBEAT = (
    Fact(
        "status",
        "The word `online`",
        PRESENCE,
        Personal.INDIRECT,
        risk="Heartbeats over days show working hours and habits.",
        guard="No score is made of them.",
    ),
    Fact("timestamp", "When it was sent out", PRESENCE, Personal.INDIRECT),
    Fact("seq", "A number that grows", "To store nothing twice"),
    Fact("queued_seconds", "How long it waited for a network", "To calculate when it was made"),
    Fact("agent_version", "The version of the program", "Updates"),
    Fact(
        "workday", "The local date, once a day", "So that a reinstalled program takes no third log"
    ),
    Fact(
        "missed",
        "Detailed logs that past days lack, and why, and when the computer was awake on that day",
        "To tell a closed laptop from a fault",
        Personal.INDIRECT,
    ),
    Fact("health", "Counters of the program, listed one by one", OPERATION),
)

HEALTH = (
    Fact("queued_heartbeats", "How many heartbeats are waiting", OPERATION),
    Fact("queued_logs", "How many detailed logs are waiting", OPERATION),
    Fact("refused", "How many of them the server refused", OPERATION),
    Fact("dropped_heartbeats", "How many heartbeats were dropped, too old or too many", OPERATION),
    Fact("dropped_logs", "How many detailed logs were dropped, too old or too many", OPERATION),
    Fact("size_bytes", "How much disk space it uses", OPERATION),
    Fact(
        "heartbeat_seconds",
        "How often a heartbeat is sent, where it is not every five minutes",
        OPERATION,
    ),
    Fact("clock_skew_seconds", "How far the clock of this computer is off", OPERATION),
    Fact(
        "failing",
        "Plugins that do not work, and why in one sentence each",
        OPERATION,
        Personal.INDIRECT,
    ),
    Fact("problem", "Why nothing could be delivered, as a code", OPERATION),
    Fact(
        "notice",
        "Which version of the company's notice was shown and acknowledged here, and when",
        "To prove that you were told",
        Personal.INDIRECT,
    ),
    Fact(
        "collected",
        "A hash of the settings and plugins in force, since when, and how many changes of them "
        "were not acknowledged yet",
        "To prove what is collected here, and that you were told of each change",
    ),
    Fact(
        "start_notice",
        "When the notification at the last start was shown here, or why it could not be",
        "To prove that you were told",
        Personal.INDIRECT,
    ),
    Fact(
        "working_days",
        "The days on which logs are taken here, where they are not Monday to Friday",
        "To expect no log on other days",
    ),
    Fact(
        "day_off",
        "The date of a day off that a calendar here names today, and not why it is one",
        "To expect no log on it",
        Personal.INDIRECT,
    ),
    Fact(
        "run_id",
        "A random number made at each start of the program",
        "To notice two copies of one agent",
    ),
    Fact("outbox_set_aside", "The file name of a damaged database", OPERATION),
)

DETAILED_LOG = (
    Fact("timestamp", "When it was taken", PRESENCE, Personal.INDIRECT),
    Fact("workday", "The local date", "To count two per working day", Personal.INDIRECT),
    Fact(
        "slot", "1 or 2: which of the two of the day; 0 for a test", "To count two per working day"
    ),
    Fact("absent", "Why a fact is missing, such as `no network`", OPERATION),
)

ENROLMENT = (
    Fact("agent_id", "A random number made by the program", "To tell laptops apart"),
    Fact("current_token", "The key of this computer, if it has one", "To stay the same agent"),
    Fact("platform", "The operating system", OPERATION),
    Fact("agent_version", "The version of the program", "Updates"),
    Fact("workday", "The local date", "So that a reinstalled program takes no third log"),
)
