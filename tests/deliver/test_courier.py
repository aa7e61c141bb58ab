"""The courier against a server with scripted answers."""

import random  # noqa: TID251 -- seeded
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from wfhagent.deliver.agent_id import NewAgentId
from wfhagent.deliver.courier import Courier
from wfhagent.deliver.enroll import Enroller, Names
from wfhagent.deliver.identity import Identity
from wfhagent.errors import KeyringError
from wfhagent.outbox.entry import EntryKind, EntryState
from wfhagent.outbox.store import Outbox
from wfhagent.payload import DetailedLog, Heartbeat
from wfhagent.plugin import Delivery, Parcel, ParcelKind
from wfhagent.testing import FakeTransport, StaticClock

AddHeartbeats = Callable[..., list[int]]
MakeCourier = Callable[..., Courier]
TODAY = date(2026, 11, 23)
STORED = Delivery(status=200)


class MemoryKeeper:
    def __init__(self) -> None:
        self.identity: Identity | None = None
        self.saved: list[Identity] = []
        self.closed = False

    def load(self) -> Identity | None:
        if self.closed:
            raise KeyringError("the keyring is locked")
        return self.identity

    def save(self, identity: Identity) -> None:
        self.identity = identity
        self.saved.append(identity)


class Server:
    """Enrolls every device. Answers other parcels with `answers` in turn, then with 200."""

    def __init__(self) -> None:
        self.answers: list[Delivery] = []
        self.enrollments: list[Delivery] = []
        self.transport = FakeTransport(self.answer)

    def answer(self, parcel: Parcel) -> Delivery:
        if parcel.kind is ParcelKind.ENROLL:
            number = len(self.sent(ParcelKind.ENROLL))
            if self.enrollments:
                return self.enrollments.pop(0)
            return Delivery(status=201, body={"token": f"wfha_{number}", "slots_taken": []})
        return self.answers.pop(0) if self.answers else STORED

    def sent(self, kind: ParcelKind) -> list[Parcel]:
        return [parcel for parcel in self.transport.parcels if parcel.kind is kind]

    def heartbeats(self) -> list[list[dict[str, object]]]:
        return [msgspec.json.decode(parcel.body) for parcel in self.sent(ParcelKind.HEARTBEAT)]


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def keeper() -> MemoryKeeper:
    return MemoryKeeper()


@pytest.fixture
def make_courier(
    outbox: Outbox, clock: StaticClock, server: Server, keeper: MemoryKeeper, tmp_path: Path
) -> MakeCourier:
    """Make a courier as after a restart of the agent."""

    def make(auth_token: str = "wfhe_1") -> Courier:
        return Courier(
            outbox=outbox,
            transport=server.transport,
            keeper=keeper,
            enroller=Enroller(
                server.transport,
                auth_token=auth_token,
                new_agent_id=NewAgentId(tmp_path / "agent-id"),
            ),
            clock=clock,
            rng=random.Random(1),
        )

    return make


@pytest.fixture
def courier(make_courier: MakeCourier) -> Courier:
    return make_courier()


@pytest.fixture
def add(outbox: Outbox, heartbeat: Heartbeat) -> AddHeartbeats:
    def add_heartbeats(count: int = 1, **changes: str) -> list[int]:
        changed = msgspec.structs.replace(heartbeat, **changes)
        return [outbox.add_heartbeat(changed) for _ in range(count)]

    return add_heartbeats


def test_a_new_machine_enrolls_and_delivers(
    courier: Courier, server: Server, add: AddHeartbeats, outbox: Outbox
):
    (entry_id,) = add()

    courier.run(TODAY)

    assert [parcel.kind for parcel in server.transport.parcels] == ["enroll", "heartbeat"]
    assert server.transport.parcels[0].token == "wfhe_1"
    assert server.transport.parcels[1].token == "wfha_1"
    assert outbox.state(entry_id) == (EntryState.SENT, "stored")


def test_an_entry_that_the_disk_changed_is_set_aside_and_the_others_arrive(
    courier: Courier, server: Server, add: AddHeartbeats, outbox: Outbox, detailed: DetailedLog
):
    first, damaged, last = add(3)
    log = outbox.add_log(detailed, None)
    assert log is not None
    outbox._db.execute(
        "UPDATE entries SET body = x'7b22757365726e616d65223a22ff' WHERE id IN (?, ?)",
        (damaged, log),
    )

    courier.run(TODAY)

    assert [outbox.state(entry) for entry in (first, last)] == [(EntryState.SENT, "stored")] * 2
    assert [outbox.state(entry) for entry in (damaged, log)] == [
        (EntryState.REFUSED, "damaged on this machine's disk")
    ] * 2
    assert outbox.totals().refused == 2


def test_an_error_of_a_transport_is_reported_and_loses_nothing(
    courier: Courier, server: Server, add: AddHeartbeats, outbox: Outbox
):
    def fail(_parcel: Parcel) -> Delivery:
        raise ValueError("Unknown scheme for proxy URL 'socks://127.0.0.1:1080'")

    server.transport.answer = fail
    (entry,) = add()

    courier.run(TODAY)

    assert outbox.state(entry) == (EntryState.QUEUED, "")
    assert "failed: ValueError: Unknown scheme for proxy URL" in courier.state.problem


KNOWN = Identity(
    server_url="https://127.0.0.1:8443",
    agent_id=UUID(int=1),
    username="alice",
    hostname="laptop-7",
    token="wfha_known",
)


def test_a_locked_keyring_is_waited_for_and_nothing_is_enrolled(
    courier: Courier, server: Server, keeper: MemoryKeeper, add: AddHeartbeats, clock: StaticClock
):
    keeper.identity, keeper.closed = KNOWN, True
    add()

    courier.run(TODAY)

    assert server.transport.parcels == []
    assert courier.state.code == "keyring_closed"
    assert "the keyring is locked" in courier.state.problem

    keeper.closed = False
    clock.advance(61)
    courier.run(TODAY)

    assert [parcel.token for parcel in server.transport.parcels] == ["wfha_known"]
    assert courier.state.problem == ""


def test_a_keyring_that_stays_locked_for_a_day_is_lost(
    courier: Courier, server: Server, keeper: MemoryKeeper, add: AddHeartbeats, clock: StaticClock
):
    keeper.identity, keeper.closed = KNOWN, True
    add()
    courier.run(TODAY)

    clock.advance(86_400)
    courier.run(TODAY)

    assert [parcel.kind for parcel in server.transport.parcels] == ["enroll", "heartbeat"]


def test_nothing_is_asked_of_the_server_when_nothing_waits(courier: Courier, server: Server):
    courier.run(TODAY)

    assert server.transport.parcels == []


def test_a_backlog_goes_in_order_and_in_batches(
    courier: Courier, server: Server, add: AddHeartbeats
):
    add(250)

    courier.run(TODAY)

    sequence = [heartbeat["seq"] for batch in server.heartbeats() for heartbeat in batch]
    assert [len(batch) for batch in server.heartbeats()] == [100, 100, 50]
    assert sequence == sorted(sequence)


def test_a_heartbeat_says_how_long_it_waited(
    courier: Courier, server: Server, add: AddHeartbeats, clock: StaticClock
):
    add()
    clock.advance(90)

    courier.run(TODAY)

    assert server.heartbeats()[0][0]["queued_seconds"] == 90.0


def test_a_log_follows_the_heartbeats_with_its_screenshot(
    courier: Courier, server: Server, add: AddHeartbeats, outbox: Outbox, detailed: DetailedLog
):
    outbox.add_log(detailed, None)
    add()

    courier.run(TODAY)

    kinds = [parcel.kind for parcel in server.transport.parcels]
    assert kinds == ["enroll", "heartbeat", "log"]


@pytest.mark.parametrize(
    "answer",
    [
        Delivery(status=None, detail="connection refused"),
        Delivery(status=503, code="database_unavailable"),
        Delivery(status=429, retry_after_seconds=600),
    ],
)
def test_what_is_not_taken_is_kept_and_tried_again_later(
    answer: Delivery,
    courier: Courier,
    server: Server,
    add: AddHeartbeats,
    clock: StaticClock,
    outbox: Outbox,
):
    (entry_id,) = add()
    server.answers = [answer]

    courier.run(TODAY)
    at_once = len(server.heartbeats())
    courier.run(TODAY)
    too_early = len(server.heartbeats())
    clock.advance(1000)
    courier.run(TODAY)

    assert (at_once, too_early, len(server.heartbeats())) == (1, 1, 2)
    assert outbox.state(entry_id) == (EntryState.SENT, "stored")


def test_one_bad_heartbeat_is_set_aside_and_the_others_arrive(
    courier: Courier, server: Server, add: AddHeartbeats, outbox: Outbox, clock: StaticClock
):
    ids = add(8)
    bad = outbox.waiting(EntryKind.HEARTBEAT, username="alice", hostname="laptop-7", limit=8)[5]
    bad_seq = msgspec.json.decode(bad.body)["seq"]

    def answer(parcel: Parcel) -> Delivery:
        if parcel.kind is ParcelKind.HEARTBEAT and str(bad_seq).encode() in parcel.body:
            return Delivery(status=422, code="invalid_field", detail="[5].status")
        return server.answer(parcel)

    server.transport.answer = answer
    courier.run(TODAY)

    states = {entry_id: (outbox.state(entry_id) or ("gone",))[0] for entry_id in ids}
    assert states == {i: EntryState.REFUSED if i == bad.id else EntryState.SENT for i in ids}


def test_a_revoked_token_is_replaced_once_and_nothing_is_lost(
    courier: Courier, server: Server, keeper: MemoryKeeper, add: AddHeartbeats, outbox: Outbox
):
    (entry_id,) = add()
    server.answers = [Delivery(status=401, code="token_revoked")]

    courier.run(TODAY)

    assert [identity.token for identity in keeper.saved] == ["wfha_1", "wfha_2"]
    assert keeper.saved[0].agent_id == keeper.saved[1].agent_id
    assert outbox.state(entry_id) == (EntryState.SENT, "stored")


def enrollments(server: Server) -> list[dict[str, str]]:
    return [msgspec.json.decode(parcel.body) for parcel in server.sent(ParcelKind.ENROLL)]


def test_a_device_that_enrolls_again_shows_the_token_that_it_has(
    courier: Courier, server: Server, keeper: MemoryKeeper, add: AddHeartbeats
):
    keeper.identity = KNOWN
    add()
    server.answers = [Delivery(status=401, code="token_unknown")]

    courier.run(TODAY)

    (again,) = enrollments(server)
    assert (again["agent_id"], again["current_token"]) == (str(KNOWN.agent_id), "wfha_known")


def test_a_device_whose_token_proves_nothing_any_more_becomes_a_new_agent_at_once(
    courier: Courier, server: Server, keeper: MemoryKeeper, add: AddHeartbeats, outbox: Outbox
):
    keeper.identity = KNOWN
    (entry,) = add()
    server.answers = [Delivery(status=401, code="token_unknown")]
    server.enrollments = [Delivery(status=403, code="identity_conflict")]

    courier.run(TODAY)

    old, new = enrollments(server)
    assert old["agent_id"] == str(KNOWN.agent_id) != new["agent_id"]
    assert "current_token" not in new
    assert outbox.state(entry) == (EntryState.SENT, "stored")


@pytest.mark.parametrize(
    "answer",
    [Delivery(status=403, code="approval_pending"), Delivery(status=None, detail="timed out")],
)
def test_an_enrollment_that_has_to_be_repeated_is_of_the_same_agent_after_a_restart_too(
    make_courier: MakeCourier,
    server: Server,
    add: AddHeartbeats,
    clock: StaticClock,
    answer: Delivery,
):
    add()
    server.enrollments = [answer] * 3
    for courier in (make_courier(), make_courier()):
        for _ in range(2):
            courier.run(TODAY)
            clock.advance(3600)

    numbers = [body["agent_id"] for body in enrollments(server)]
    assert len(numbers) == 4
    assert len(set(numbers)) == 1
    assert courier.state.problem == ""


def test_a_number_that_belongs_to_another_device_is_not_tried_again(
    courier: Courier, server: Server, add: AddHeartbeats, clock: StaticClock
):
    add()
    server.enrollments = [Delivery(status=403, code="identity_conflict")]
    courier.run(TODAY)
    clock.advance(3601)

    courier.run(TODAY)

    first, second = enrollments(server)
    assert first["agent_id"] != second["agent_id"]


def test_a_server_that_refuses_every_token_is_asked_once_an_hour(
    courier: Courier, server: Server, add: AddHeartbeats, clock: StaticClock
):
    add()
    server.answers = [Delivery(status=401, code="token_unknown")] * 100

    for _ in range(240):
        courier.run(TODAY)
        clock.advance(30)

    assert len(server.sent(ParcelKind.ENROLL)) <= 4
    assert courier.state.code == "token_unknown"


def test_a_cloned_image_becomes_an_agent_of_its_own(
    courier: Courier, server: Server, keeper: MemoryKeeper, add: AddHeartbeats
):
    add()
    server.answers = [Delivery(status=403, code="identity_conflict")]

    courier.run(TODAY)

    assert keeper.saved[0].agent_id != keeper.saved[1].agent_id


@pytest.fixture
def renamed(keeper: MemoryKeeper, add: AddHeartbeats) -> list[int]:
    """An enrolled laptop-7 with two queued heartbeats, renamed to laptop-8 since then."""
    keeper.identity = KNOWN
    return add(2) + add(hostname="laptop-8")


def kinds(server: Server) -> list[str]:
    return [parcel.kind for parcel in server.transport.parcels]


def test_a_renamed_device_sends_what_it_owes_and_stays_one_agent(
    courier: Courier, server: Server, keeper: MemoryKeeper, renamed: list[int], outbox: Outbox
):
    courier.run(TODAY)

    assert kinds(server) == ["heartbeat", "rename", "heartbeat"]
    (parcel,) = server.sent(ParcelKind.RENAME)
    assert (parcel.token, parcel.body) == ("wfha_known", b'{"hostname":"laptop-8"}')
    assert keeper.identity == msgspec.structs.replace(KNOWN, hostname="laptop-8")
    assert {outbox.state(entry) for entry in renamed} == {(EntryState.SENT, "stored")}


def test_names_that_come_and_go_need_no_enrollment(
    courier: Courier, server: Server, keeper: MemoryKeeper, add: AddHeartbeats
):
    keeper.identity = KNOWN
    for name in ("laptop-7", "laptop7.fritz.box", "laptop-7") * 3:
        add(hostname=name)
        courier.run(TODAY)

    assert server.sent(ParcelKind.ENROLL) == []
    assert keeper.identity.agent_id == KNOWN.agent_id
    assert outbox_is_empty(courier)


def outbox_is_empty(courier: Courier) -> bool:
    return courier._outbox.oldest() is None


@pytest.mark.parametrize(
    "answer",
    [
        Delivery(status=404, code="not_found"),
        Delivery(status=405, code="method_not_allowed"),
        Delivery(status=401, code="token_unknown"),
    ],
)
def test_a_server_that_knows_no_renaming_enrolls_a_renamed_device_as_a_new_agent(
    courier: Courier,
    server: Server,
    keeper: MemoryKeeper,
    renamed: list[int],
    outbox: Outbox,
    answer: Delivery,
):
    server.answers = [STORED, answer]

    courier.run(TODAY)

    assert kinds(server) == ["heartbeat", "rename", "enroll", "heartbeat"]
    assert (keeper.saved[0].hostname, keeper.saved[0].agent_id == KNOWN.agent_id) == (
        "laptop-8",
        False,
    )
    assert outbox.state(renamed[-1]) == (EntryState.SENT, "stored")


def test_a_transport_that_fails_with_a_renaming_enrolls_as_before(
    courier: Courier, server: Server, renamed: list[int], outbox: Outbox
):
    answer = server.transport.answer

    def older(parcel: Parcel) -> Delivery:
        if parcel.kind is ParcelKind.RENAME:
            raise KeyError(parcel.kind)
        return answer(parcel)

    server.transport.answer = older

    courier.run(TODAY)

    assert kinds(server)[-2:] == ["enroll", "heartbeat"]
    assert outbox.state(renamed[-1]) == (EntryState.SENT, "stored")


def test_a_blocked_device_keeps_everything_says_so_and_is_in_no_hurry(
    courier: Courier, server: Server, keeper: MemoryKeeper, add: AddHeartbeats, outbox: Outbox,
    clock: StaticClock,
):  # fmt: skip
    keeper.identity = KNOWN
    (entry,) = add()
    blocked = Delivery(status=403, code="agent_blocked", detail="An administrator has blocked it.")
    server.answers = [blocked] * 1000

    for _ in range(240):
        courier.run(TODAY)
        clock.advance(30)

    assert outbox.state(entry) == (EntryState.QUEUED, "")
    assert courier.state.code == "agent_blocked"
    assert "blocked" in courier.state.problem
    assert kinds(server) == ["heartbeat"] * 2

    server.answers = []
    clock.advance(3600)
    courier.run(TODAY)
    assert outbox.state(entry) == (EntryState.SENT, "stored")


def test_a_blocked_device_that_is_not_enrolled_asks_once_an_hour(
    courier: Courier, server: Server, add: AddHeartbeats, clock: StaticClock
):
    add()
    server.enrollments = [Delivery(status=403, code="agent_blocked", detail="Blocked.")] * 1000

    for _ in range(240):
        courier.run(TODAY)
        clock.advance(30)

    assert kinds(server) == ["enroll"] * 2


def test_a_revoked_device_does_not_come_back_under_another_name(
    courier: Courier, server: Server, renamed: list[int], clock: StaticClock, outbox: Outbox
):
    server.answers = [STORED, *[Delivery(status=401, code="token_revoked", detail="Revoked.")] * 9]

    for _ in range(60):
        courier.run(TODAY)
        clock.advance(60)

    assert len(server.sent(ParcelKind.RENAME)) == 1
    assert server.sent(ParcelKind.ENROLL) == []
    assert courier.state.code == "token_revoked"
    assert outbox.state(renamed[-1]) == (EntryState.QUEUED, "")


def test_a_renaming_that_does_not_arrive_is_tried_again(
    courier: Courier, server: Server, renamed: list[int], clock: StaticClock, outbox: Outbox
):
    server.answers = [STORED, Delivery(status=None, detail="timed out"), Delivery(status=429)]

    for _ in range(3):
        courier.run(TODAY)
        clock.advance(3600)

    assert kinds(server) == ["heartbeat", "rename", "rename", "rename", "heartbeat"]
    assert outbox.state(renamed[-1]) == (EntryState.SENT, "stored")


def test_a_copy_of_the_disk_in_another_machine_takes_no_name_of_the_original(
    courier: Courier, server: Server, keeper: MemoryKeeper, renamed: list[int]
):
    keeper.identity = msgspec.structs.replace(KNOWN, machine="of the original")

    courier.run(TODAY)

    assert kinds(server) == ["heartbeat", "enroll", "heartbeat"]
    assert keeper.saved[0].agent_id != KNOWN.agent_id


def test_another_user_is_another_agent(
    courier: Courier, server: Server, keeper: MemoryKeeper, add: AddHeartbeats
):
    keeper.identity = KNOWN
    add(username="bob")

    courier.run(TODAY)

    assert kinds(server) == ["enroll", "heartbeat"]
    assert keeper.saved[0].agent_id != KNOWN.agent_id


def test_a_renamed_device_that_enrolls_by_hand_renews_its_token_and_stays_one_agent(
    courier: Courier, server: Server, keeper: MemoryKeeper
):
    keeper.identity = KNOWN

    assert courier.enroll(Names(username="alice", hostname="laptop-8"), TODAY)

    assert kinds(server) == ["rename", "enroll"]
    (again,) = enrollments(server)
    assert (again["agent_id"], again["hostname"]) == (str(KNOWN.agent_id), "laptop-8")


def test_a_wrong_enrollment_token_keeps_everything_and_says_so(
    courier: Courier, server: Server, add: AddHeartbeats, outbox: Outbox
):
    (entry_id,) = add()
    server.enrollments = [
        Delivery(status=401, code="enrollment_token_expired", detail="Ask IT for a new one.")
    ]

    courier.run(TODAY)
    courier.run(TODAY)

    assert len(server.sent(ParcelKind.ENROLL)) == 1
    assert courier.state.code == "enrollment_token_expired"
    assert outbox.state(entry_id) == (EntryState.QUEUED, "")


def test_slots_that_the_server_already_has_are_not_filled_again(
    courier: Courier, server: Server, add: AddHeartbeats, outbox: Outbox
):
    add()
    server.enrollments = [Delivery(status=201, body={"token": "wfha_x", "slots_taken": [1, 2]})]

    courier.run(TODAY)

    assert outbox.days.get(TODAY).slots == {1, 2}


def test_the_servers_time_becomes_the_agents(
    courier: Courier, server: Server, add: AddHeartbeats, clock: StaticClock
):
    add()
    right = clock.now() + timedelta(days=1)
    server.answers = [Delivery(status=200, server_time=right)]

    courier.run(TODAY)

    assert clock.now() == right


def test_without_an_enrollment_token_it_says_so_and_asks_nothing(
    make_courier: MakeCourier, server: Server, add: AddHeartbeats
):
    courier = make_courier(auth_token="")
    add()

    courier.run(TODAY)

    assert server.transport.parcels == []
    assert "auth_token is empty" in courier.state.problem


def test_a_token_that_cannot_be_kept_is_used_until_the_next_start(
    courier: Courier,
    keeper: MemoryKeeper,
    server: Server,
    outbox: Outbox,
    heartbeat: Heartbeat,
    monkeypatch: pytest.MonkeyPatch,
):
    def refuse(_identity: Identity) -> None:
        raise OSError("no space left on device")

    keeper.identity = None
    monkeypatch.setattr(keeper, "save", refuse)
    for _ in range(3):
        outbox.add_heartbeat(heartbeat)
        courier.run(TODAY)

    assert len(server.sent(ParcelKind.ENROLL)) == 1
    assert outbox.totals().queued_heartbeats == 0
