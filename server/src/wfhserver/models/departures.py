"""Employees who left the company."""

from datetime import date, datetime

import msgspec


class Departure(msgspec.Struct, frozen=True, kw_only=True):
    """What "Left the company" has done.

    *devices* and *teams* count what was revoked and left. Undo is possible until *undo_until*.
    *erase_on* is None when retention deletes the data. *my_data_until* is None when the employee
    opens their own data no longer. *disabled_users* are the dashboard accounts that it disabled.
    """

    left_at: datetime
    left_by: str
    undo_until: datetime
    erase_on: date | None
    my_data_until: datetime | None
    devices: int
    teams: int
    disabled_users: list[str]


class StoredDeparture(msgspec.Struct, frozen=True, kw_only=True):
    """A departure, with what an undo brings back. Teams, users and agents are numbers.

    Each of *managed_teams* was managed by the user at the same place of *managers*.
    """

    left_at: datetime
    left_by: str
    undo_until: datetime
    erase_on: date | None
    my_data_until: datetime | None
    status_before: str
    teams: list[int]
    managed_teams: list[int]
    managers: list[int]
    agents: list[int]
    block_id: int | None
    placed_hold: bool
    disabled_users: list[str]

    def shown(self) -> Departure:
        """Return what administrators see."""
        return Departure(
            left_at=self.left_at,
            left_by=self.left_by,
            undo_until=self.undo_until,
            erase_on=self.erase_on,
            my_data_until=self.my_data_until,
            devices=len(self.agents),
            teams=len({*self.teams, *self.managed_teams}),
            disabled_users=self.disabled_users,
        )
