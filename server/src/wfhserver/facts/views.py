"""Saved views: the columns and filters that a user looks at again and again."""

import msgspec

from wfhserver.clock import Clock
from wfhserver.errors import Code, Refusal
from wfhserver.facts.inventory import read_inventory
from wfhserver.facts.queries import FactFilters, FactNames, FactQuery, select
from wfhserver.inputs import Input, Name, Text
from wfhserver.models.facts import FactView
from wfhserver.models.users import User
from wfhserver.names import stored_name
from wfhserver.storage.postgres import fact_views
from wfhserver.storage.postgres.connection import Database


class NewFactView(Input):
    """A view; the same name again replaces one."""

    name: Name
    plugin: Text | None = None
    fact: FactNames = ()
    where: FactFilters = ()


class FactViewList(msgspec.Struct, frozen=True):
    """The views of the user, by name."""

    views: list[FactView]


class FactViews:
    """The saved views of each user."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def list(self, user: User) -> FactViewList:
        """Return the views of *user*."""
        async with self._database.connection() as connection:
            return FactViewList(await fact_views.views(connection, user.user_id))

    async def save(self, user: User, new: NewFactView) -> FactView:
        """Store a view; Refusal when it asks for what is not there."""
        name, now = stored_name(new.name, field="name"), self._clock.now()
        query = FactQuery(plugin=new.plugin, fact=new.fact, where=new.where)
        async with self._database.transaction() as connection:
            inventory = await read_inventory(connection, user)
            await select(connection, user, query, inventory, now)
            view = FactView(
                view_id=0, name=name, plugin=new.plugin, fact=[*new.fact], where=[*new.where]
            )
            number = await fact_views.set_view(connection, user.user_id, view, now)
        if number is None:
            raise Refusal(
                Code.CONFLICT,
                f"You have {fact_views.MOST_VIEWS} saved views, which is the limit. Delete one.",
            )
        return msgspec.structs.replace(view, view_id=number)

    async def delete(self, user: User, view_id: int) -> None:
        """Delete a view; Refusal when *user* has none of that number."""
        async with self._database.connection() as connection:
            if not await fact_views.delete(connection, user.user_id, view_id):
                raise Refusal(Code.NOT_FOUND, "Saved view not found.")
