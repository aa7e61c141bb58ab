"""Which employees and teams a user may see, as a condition for any query."""


def visible_to(parameter: str, employee_id: str = "e.employee_id") -> str:
    """Return the condition that *employee_id* is one whom the user may see.

    *parameter* is the placeholder (`$1`) that gets `User.sees_teams_of`: null sees everybody, a
    manager the members of their own teams. Both arguments are written into the SQL: never pass
    what a request brought.
    """
    return f"""({parameter}::int IS NULL OR EXISTS (
      SELECT FROM team_members AS visible_m JOIN team_managers AS visible_t USING (team_id)
       WHERE visible_m.employee_id = {employee_id} AND visible_t.user_id = {parameter}::int))"""


def team_visible_to(parameter: str, team_id: str = "t.team_id") -> str:
    """Return the condition that *team_id* is a team that the user may see; as above."""
    return f"""({parameter}::int IS NULL OR EXISTS (
      SELECT FROM team_managers AS visible_g
       WHERE visible_g.team_id = {team_id} AND visible_g.user_id = {parameter}::int))"""
