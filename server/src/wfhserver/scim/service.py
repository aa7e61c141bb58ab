"""The endpoints of SCIM below their address: RFC 7644, section 3.2."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import msgspec
from scim2_models import (
    Context,
    ForbiddenException,
    InvalidSyntaxException,
    ListResponse,
    Meta,
    NotFoundException,
    NotImplementedException,
    Resource,
    ResponseParameters,
)

from wfhserver.errors import Code, Refusal
from wfhserver.scim.calls import Answer, Call, Room
from wfhserver.scim.pages import bounds_of, search_of
from wfhserver.scim.payloads import Payload
from wfhserver.scim.resources import CONFIG, PROVIDER
from wfhserver.scim.user_fields import number_of

_SEARCH: Final = ".search"
# What SCIM has, and this service announces that it does not.
_MISSING: Final = ("bulk", "me", _SEARCH)


class Scim:
    """Answers calls; each raises a SCIMException, a ValidationError or a Refusal."""

    def __init__(self, users: Room, groups: Room) -> None:
        self._rooms = {"users": users, "groups": groups}

    async def answer(self, call: Call) -> Answer:
        """Return the answer to one call."""
        kind, _, rest = call.path.strip("/").partition("/")
        room = self._rooms.get(kind.lower())
        if room is None:
            return _description(call, kind.lower(), rest)
        if not rest:
            return await self._all(call, room)
        if rest.lower() == _SEARCH:
            _require_method(call, "POST")
            return await _list(msgspec.structs.replace(call, query=_searched(_payload(call))), room)
        number = number_of(rest)
        if number is None:
            raise NotFoundException(detail=f"There is no {kind} with the id “{rest[:64]}”.")
        return await self._one(call, room, number)

    async def _all(self, call: Call, room: Room) -> Answer:
        if call.method == "GET":
            return await _list(call, room)
        _require_method(call, "POST")
        made = await room.add(call.admin, _payload(call), call.base)
        content = await _dump(call, made, Context.RESOURCE_CREATION_RESPONSE)
        return Answer(201, content, f"{call.base}/{room.endpoint}/{made.id}")

    async def _one(self, call: Call, room: Room, number: int) -> Answer:
        if call.method == "GET":
            found = await room.one(number, call.base)
            return Answer(200, await _dump(call, found, Context.RESOURCE_QUERY_RESPONSE))
        if call.method == "DELETE":
            await room.remove(call.admin, number)
            return Answer(204)
        if call.method == "PUT":
            found = await room.replace(call.admin, number, _payload(call), call.base)
            return Answer(200, await _dump(call, found, Context.RESOURCE_REPLACEMENT_RESPONSE))
        _require_method(call, "PATCH")
        found = await room.change(call.admin, number, _payload(call), call.base)
        return Answer(200, await _dump(call, found, Context.RESOURCE_PATCH_RESPONSE))


async def _list(call: Call, room: Room) -> Answer:
    request = search_of(room.model, call.query)
    page = await room.page(request, call.base)
    answer = ListResponse.__class_getitem__(room.model)(
        total_results=page.total,
        start_index=bounds_of(request)[0] + 1,
        items_per_page=len(page.resources),
        resources=page.resources,
    )
    content = await asyncio.to_thread(
        answer.model_dump, scim_ctx=Context.RESOURCE_QUERY_RESPONSE, response_parameters=request
    )
    return Answer(200, content)


def _description(call: Call, kind: str, rest: str) -> Answer:
    """Return what the service can do."""
    described: dict[str, Sequence[Resource[Any]]] = {
        "schemas": PROVIDER.schemas,
        "resourcetypes": PROVIDER.resource_types,
    }
    if kind in _MISSING:
        raise NotImplementedException(detail=f"This service has no {kind}.")
    if kind not in (*described, "serviceproviderconfig"):
        raise NotFoundException(detail="There are Users, Groups, and what describes them.")
    _require_method(call, "GET")
    if "filter" in call.query:
        raise ForbiddenException(detail="What describes the service has no filter.")
    if kind == "serviceproviderconfig":
        return Answer(200, _described(call, CONFIG, "ServiceProviderConfig"))
    endpoint = "Schemas" if kind == "schemas" else "ResourceTypes"
    all_of_them = {
        str(each.id).lower(): _described(call, each, f"{endpoint}/{each.id}")
        for each in described[kind]
    }
    if not rest:
        return Answer(200, _listed([*all_of_them.values()]))
    if rest.lower() not in all_of_them:
        raise NotFoundException(detail=f"There is no such one: “{rest[:64]}”.")
    return Answer(200, all_of_them[rest.lower()])


def _described(call: Call, resource: Resource[Any], path: str) -> dict[str, Any]:
    kind = type(resource).__name__
    whole = resource.model_copy(
        update={"meta": Meta(resource_type=kind, location=f"{call.base}/{path}")}
    )
    return whole.model_dump(scim_ctx=Context.RESOURCE_QUERY_RESPONSE)


def _listed(found: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "schemas": [str(ListResponse.__schema__)],
        "totalResults": len(found),
        "startIndex": 1,
        "itemsPerPage": len(found),
        "Resources": found,
    }


async def _dump(call: Call, resource: Resource[Any], context: Context) -> dict[str, Any]:
    names = ("attributes", "excludedAttributes")
    asked = {name: call.query[name] for name in names if call.query.get(name)}
    of_model: Any = ResponseParameters.__class_getitem__(type(resource))
    parameters = of_model.model_validate(asked)
    # A team may have thousands of members, and heartbeats are answered meanwhile.
    return await asyncio.to_thread(
        resource.model_dump, scim_ctx=context, response_parameters=parameters
    )


def _searched(given: Payload) -> dict[str, str]:
    """Return the body of a search as a query."""
    return {
        name: ",".join(map(str, value)) if isinstance(value, list) else str(value)
        for name, value in given.items()
        if value is not None
    }


def _payload(call: Call) -> Payload:
    try:
        payload = msgspec.json.decode(call.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise InvalidSyntaxException(detail="The body is not JSON.") from None
    if not isinstance(payload, dict):
        raise InvalidSyntaxException(detail="The body must be an object.")
    return payload


def _require_method(call: Call, method: str) -> None:
    if call.method != method:
        detail = f"There is no {call.method} at this address."
        raise Refusal(Code.METHOD_NOT_ALLOWED, detail)
