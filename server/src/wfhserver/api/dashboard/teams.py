"""Teams, their managers and members."""

from typing import Annotated, ClassVar

import msgspec
from fastapi import APIRouter
from pydantic import Field

from wfhserver.api.dashboard.rights import Admin, AnyUser
from wfhserver.api.dashboard.services import Dashboard
from wfhserver.api.declared import DeclaredRoute, refuses
from wfhserver.errors import Code
from wfhserver.inputs import Input, Name, Number
from wfhserver.models.teams import Team, TeamDetail

router = APIRouter(prefix="/api/teams", tags=["dashboard"], route_class=DeclaredRoute)


class NewTeam(Input):
    """A team without managers and members."""

    name: Name


class TeamChange(Input):
    """Names of users and employees; what is left out stays as it is."""

    # The names of some thousand members.
    limit_bytes: ClassVar[int] = 1024 * 1024
    managers: Annotated[list[Name], Field(max_length=1000)] | None = None
    members: Annotated[list[Name], Field(max_length=20_000)] | None = None


class TeamName(msgspec.Struct, frozen=True):
    """A team, with its name as it is stored."""

    team_id: int
    name: str


class TeamList(msgspec.Struct, frozen=True):
    """Teams in the order of their names."""

    teams: list[Team]


@router.get("")
async def teams(user: AnyUser, services: Dashboard) -> TeamList:
    """List the teams; a manager sees only their own."""
    return TeamList(await services.teams.list(user))


@router.get("/{team_id}")
async def team(user: AnyUser, team_id: Number, services: Dashboard) -> TeamDetail:
    """One team with its members."""
    return await services.teams.one(user, team_id)


@router.post("", status_code=201)
@refuses(Code.CONFLICT)
async def add_team(admin: Admin, new: NewTeam, services: Dashboard) -> TeamName:
    """Add a team."""
    async with services.teams.changes_by(admin) as changes:
        return TeamName(*await changes.add(new.name))


@router.patch("/{team_id}", status_code=204)
async def change_team(
    admin: Admin, team_id: Number, change: TeamChange, services: Dashboard
) -> None:
    """Replace managers or members of a team."""
    async with services.teams.changes_by(admin) as changes:
        await changes.change(team_id, managers=change.managers, members=change.members)


@router.delete("/{team_id}", status_code=204)
async def delete_team(admin: Admin, team_id: Number, services: Dashboard) -> None:
    """Delete a team; nobody of it is deleted."""
    async with services.teams.changes_by(admin) as changes:
        await changes.delete(team_id)
