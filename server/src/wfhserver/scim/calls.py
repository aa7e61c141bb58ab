"""What comes in, and what goes out."""

from typing import Any, Protocol

import msgspec
from scim2_models import Resource, SearchRequest

from wfhserver.models.users import User
from wfhserver.scim.payloads import Payload


class Call(msgspec.Struct, frozen=True):
    """A request by a program that acts for *admin*.

    *path* is below the address of SCIM, which is *base*; *body* is JSON.
    """

    method: str
    path: str
    query: dict[str, str]
    body: bytes
    admin: User
    base: str


class Answer(msgspec.Struct, frozen=True):
    """A status of HTTP with a document, or without one; *location* of what was created."""

    status: int
    content: dict[str, Any] | None = None
    location: str | None = None


class Page(msgspec.Struct, frozen=True):
    """Some of *total* resources."""

    total: int
    resources: list[Resource[Any]]


class Room(Protocol):
    """The resources of one kind; each raises a SCIMException or a Refusal."""

    model: type[Resource[Any]]
    endpoint: str

    async def one(self, number: int, base: str) -> Resource[Any]:
        """Return a resource."""

    async def page(self, request: SearchRequest[Any], base: str) -> Page:
        """Return those that *request* asks for, in the order of their numbers."""

    async def add(self, admin: User, given: Payload, base: str) -> Resource[Any]:
        """Add a resource."""

    async def replace(self, admin: User, number: int, given: Payload, base: str) -> Resource[Any]:
        """Change what *given* names."""

    async def change(self, admin: User, number: int, given: Payload, base: str) -> Resource[Any]:
        """Carry out the operations of a PATCH."""

    async def remove(self, admin: User, number: int) -> None:
        """Remove a resource."""
