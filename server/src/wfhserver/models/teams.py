"""Teams of employees, and who manages them."""

import msgspec


class Team(msgspec.Struct, frozen=True):
    """A team in a list; *managers* are names of users."""

    team_id: int
    name: str
    managers: list[str]
    member_count: int


class TeamMember(msgspec.Struct, frozen=True):
    """An employee who belongs to a team."""

    employee_id: int
    username: str


class TeamDetail(Team, frozen=True):
    """A team with its members in the order of their names."""

    members: list[TeamMember]
