"""What the agent itself sends beside the facts of collectors: declared as plugins declare theirs.

A test holds these to the fields of `wfhagent.payload` and to the counters of `wfhagent.health`.
"""

from wfhagent.plugin import Fact, Personal

PRESENCE = "Presence: to tell that the machine is on"
OPERATION = "Operation: to see that the agent works"

HEARTBEAT = (
    Fact(
        "status",
        "The word `online`",
        PRESENCE,
        Personal.INDIRECT,
        risk="Heartbeats over days show working hours and habits.",
        guard="No score is made of them.",
    ),
    Fact("timestamp", "When it was made", PRESENCE, Personal.INDIRECT),
    Fact("seq", "A number that grows", "To store nothing twice"),
    Fact("queued_seconds", "How long it waited for a network", "To reckon when it was made"),
    Fact("agent_version", "The version of the agent", "Updates"),
    Fact(
        "missed",
        "Log slots of past days that stay empty, and why, such as `off or asleep from 15:20`",
        "To tell a closed laptop from a fault",
        Personal.INDIRECT,
    ),
    Fact("health", "Counters of the agent, listed below", OPERATION),
)

HEALTH = (
    Fact("queued_heartbeats", "Heartbeats that wait", OPERATION),
    Fact("queued_logs", "Detailed logs that wait", OPERATION),
    Fact("refused", "Entries that the server refused", OPERATION),
    Fact("dropped_heartbeats", "Heartbeats given up", OPERATION),
    Fact("dropped_logs", "Detailed logs given up", OPERATION),
    Fact("size_bytes", "How large the outbox is", OPERATION),
    Fact("clock_skew_seconds", "How wrong the clock of the laptop is", OPERATION),
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
    Fact("outbox_set_aside", "The file name of a damaged outbox", OPERATION),
)

DETAILED_LOG = (
    Fact("timestamp", "When it was taken", PRESENCE, Personal.INDIRECT),
    Fact("workday", "The local date", "To count two per working day", Personal.INDIRECT),
    Fact("slot", "1 or 2: which of the two of the day", "To count two per working day"),
    Fact("absent", "Why a fact is missing, such as `no network`", OPERATION),
)

ENROLMENT = (
    Fact("agent_id", "A random number made by the agent", "To tell laptops apart"),
    Fact("platform", "The operating system", OPERATION),
    Fact("agent_version", "The version of the agent", "Updates"),
    Fact("workday", "The local date", "So that a reinstalled agent makes no third log"),
)
