"""The sample company as rows, most of them over COPY."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from wfhserver import tokens
from wfhserver.models.directory import EmployeeStatus, Profile
from wfhserver.models.users import Role
from wfhserver.sample.company import SampleDevice
from wfhserver.sample.days import SampleDay, SampleLog
from wfhserver.sample.people import TEAMS, Person
from wfhserver.storage.postgres import directory, enrollment_tokens, sample, teams, users
from wfhserver.storage.postgres.connection import AnyConnection
from wfhserver.storage.postgres.sample import SampleAgent

# Path, hash and report of a log's screenshot.
RowOfScreen = Callable[[SampleDevice, str, SampleLog], dict[str, Any]]
_MANAGED = TEAMS[:2]
# This one was set up again, and its first agent was never revoked.
_REINSTALLED = 5
# One of so many is on leave.
_ON_LEAVE_OF = 20


class Company(msgspec.Struct, frozen=True):
    """Laptops, and who may sign in, all with one password."""

    sample_devices: list[SampleDevice]
    users: Mapping[str, Role]
    password_hash: str


class Rows:
    """Stores a company in the transaction of *connection*."""

    def __init__(
        self, connection: AnyConnection, now: datetime, row_of_screen: RowOfScreen
    ) -> None:
        self._connection = connection
        self._now = now
        self._row_of_screen = row_of_screen

    async def add(self, company: Company) -> tuple[int, int, int]:
        """Store everything; return the numbers of heartbeats, logs and missed slots."""
        agents = await self._add_agents(company.sample_devices)
        await self._add_teams(company)
        heartbeats = [
            (moment, agents[machine.agent_uuid])
            for machine in company.sample_devices
            for moment in machine.heartbeats
        ]
        logs, missed = [], []
        for machine in company.sample_devices:
            agent_id = agents[machine.agent_uuid]
            for day in machine.days:
                logs += [self._log(machine, agent_id, day, log) for log in day.logs]
                missed += [
                    (agent_id, day.workday, *msgspec.structs.astuple(each)) for each in day.missed
                ]
        await sample.copy_heartbeats(self._connection, sorted(heartbeats))
        await sample.copy_logs(self._connection, sorted(logs, key=lambda row: row[1]))
        await sample.copy_missed(self._connection, missed)
        return len(heartbeats), len(logs), len(missed)

    async def _add_agents(self, sample_devices: list[SampleDevice]) -> dict[Any, int]:
        token = await enrollment_tokens.add(
            self._connection,
            tokens.hash_of(tokens.new_enrollment_token()),
            label="Laptops (sample)",
            at=self._now - timedelta(days=40),
        )
        rows = [_agent(machine, self._now, token) for machine in sample_devices]
        numbers = await sample.add_agents(self._connection, rows)
        if len(sample_devices) > _REINSTALLED:
            await sample.add_agents(self._connection, [_former(rows[_REINSTALLED])])
        return {row.agent_uuid: number for row, number in zip(rows, numbers, strict=True)}

    async def _add_teams(self, company: Company) -> None:
        for name, role in company.users.items():
            await users.add(self._connection, name, company.password_hash, role, self._now)
        managers = [name for name, role in company.users.items() if role is Role.MANAGER]
        for name in TEAMS:
            team_id = await teams.add(self._connection, name, self._now) or 0
            members = [m.person.username for m in company.sample_devices if m.person.team == name]
            await teams.replace_members(self._connection, team_id, members)
            if name in _MANAGED:
                await teams.replace_managers(self._connection, team_id, managers)
        await self._add_profiles([machine.person for machine in company.sample_devices])

    async def _add_profiles(self, people: list[Person]) -> None:
        # The first of each team is the manager of the others.
        first: dict[str, str] = {}
        numbers, profiles = await sample.employee_numbers(self._connection), {}
        for place, person in enumerate(people):
            manager = first.setdefault(person.team, person.username)
            is_away = place % _ON_LEAVE_OF == _ON_LEAVE_OF - 1
            profiles[numbers[person.username]] = Profile(
                display_name=person.display_name,
                email=person.email,
                teams=[person.team],
                manager=None if manager == person.username else manager,
                time_zone=person.place.time_zone,
                country=person.place.country,
                status=EmployeeStatus.ON_LEAVE if is_away else EmployeeStatus.ACTIVE,
            )
        await directory.write(self._connection, profiles)

    def _log(
        self, machine: SampleDevice, agent_id: int, day: SampleDay, log: SampleLog
    ) -> tuple[Any, ...]:
        person = machine.person
        found = self._row_of_screen(machine, day.workday.isoformat(), log)
        # Some are behind a network that tells nothing.
        knows_place = (person.host_number + log.at.day) % 17 != 0
        absent = (
            {} if knows_place else {"location": "the GeoIP database does not know this address"}
        )
        return (
            log.at,
            log.at + timedelta(seconds=4),
            agent_id,
            day.workday,
            log.slot,
            f"192.168.{person.host_number % 4}.{person.host_number}",
            f"{person.place.network}.{person.host_number}",
            json.dumps(person.place.located()) if knows_place else None,
            json.dumps(found["report"]),
            found["path"],
            found["sha256"],
            json.dumps(absent),
            '{"sample": true}',
            person.place.time_zone,
        )


def _agent(machine: SampleDevice, now: datetime, token: int) -> SampleAgent:
    first = machine.days[0].awake[0].start if machine.days else now
    return SampleAgent(
        username=machine.person.username,
        agent_uuid=machine.agent_uuid,
        hostname=machine.person.hostname,
        platform=machine.person.platform,
        agent_version=machine.person.agent_version,
        token_hash=tokens.hash_of(tokens.new_agent_token()),
        enrollment_token=token,
        enrolled_at=min(first, now) - timedelta(hours=1),
        last_seen=machine.last_seen,
        skew_seconds=machine.skew_seconds,
        health=json.dumps(machine.health),
        time_zone=machine.person.place.time_zone,
    )


def _former(agent: SampleAgent) -> SampleAgent:
    return msgspec.structs.replace(
        agent,
        agent_uuid=type(agent.agent_uuid)(int=agent.agent_uuid.int ^ 1),
        token_hash=tokens.hash_of(tokens.new_agent_token()),
        enrolled_at=agent.enrolled_at - timedelta(days=60),
        last_seen=agent.enrolled_at - timedelta(days=1),
    )
