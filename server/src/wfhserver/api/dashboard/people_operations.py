"""What the calls of users and teams take and answer, as OpenAPI says it."""

from typing import Any

from wfhserver.api.dashboard.operations import (
    MOMENT,
    ROLE,
    TEXT,
    TEXTS,
    array,
    dashboard_operation,
    path_number,
)
from wfhserver.api.operations import success
from wfhserver.errors import Code

_NUMBER = {"type": "integer"}
_USER: dict[str, Any] = {
    "user_id": _NUMBER,
    "username": TEXT,
    "role": ROLE,
    "teams": TEXTS,
    "disabled": {"type": "boolean"},
    "created_at": MOMENT,
}
_TEAM: dict[str, Any] = {
    "team_id": _NUMBER,
    "name": TEXT,
    "managers": TEXTS,
    "member_count": _NUMBER,
}
_NOTHING = {"204": {"description": "Done"}}


def user_operations() -> dict[str, dict[str, Any]]:
    """Return what the calls of /api/users take and answer."""
    one = success("The user", **_USER)
    return {
        "GET": dashboard_operation(
            "users", "List the users", {"200": success("All", users=array(**_USER))}
        ),
        "POST": dashboard_operation(
            "add_user", "Add a user", {"201": one}, Code.CONFLICT, body="NewUser", changes=True
        ),
        "PATCH": dashboard_operation(
            "change_user",
            "Change a user; a new password and disabling end all sessions",
            {"200": one},
            Code.CONFLICT,
            body="UserChange",
            changes=True,
            parameters=(path_number("user_id"),),
        ),
    }


def team_operations() -> dict[str, dict[str, Any]]:
    """Return what the calls of /api/teams take and answer."""
    number = (path_number("team_id"),)
    members = array(employee_id=_NUMBER, username=TEXT)
    return {
        "LIST": dashboard_operation(
            "teams",
            "List the teams; a manager sees the own ones",
            {"200": success("Teams", teams=array(**_TEAM))},
        ),
        "GET": dashboard_operation(
            "team",
            "One team with its members",
            {"200": success("The team", **_TEAM, members=members)},
            parameters=number,
        ),
        "POST": dashboard_operation(
            "add_team",
            "Add a team",
            {"201": success("The team", team_id=_NUMBER, name=TEXT)},
            Code.CONFLICT,
            body="NewTeam",
            changes=True,
        ),
        "PATCH": dashboard_operation(
            "change_team",
            "Replace managers or members of a team",
            _NOTHING,
            body="TeamChange",
            changes=True,
            parameters=number,
        ),
        "DELETE": dashboard_operation(
            "delete_team", "Delete a team", _NOTHING, changes=True, parameters=number
        ),
    }
