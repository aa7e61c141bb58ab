"""Dependencies of the dashboard's routes on the user who calls, and their description.

`Admin` and the others refuse (401 `session_missing`, 403 `not_allowed`, 403 `csrf_failed`) or are
the User. For lists, `user.sees_teams_of` is the parameter of
`storage.postgres.visibility.visible_to`.
"""

from typing import Annotated, Any

from fastapi import Depends
from fastapi.openapi.models import APIKey, APIKeyIn, HTTPBearer
from fastapi.openapi.models import SecurityBase as SecurityBaseModel
from fastapi.security.base import SecurityBase
from starlette.requests import Request

from wfhserver.api.dashboard.guard import CSRF_HEADER, SESSION_COOKIE
from wfhserver.api.dashboard.services import guard_of
from wfhserver.api.declared import refuses
from wfhserver.errors import Code
from wfhserver.models.users import Role, Scope, User


def cookie(name: str) -> APIKey:
    """Return how the document names a session in that cookie."""
    return APIKey.model_validate({"in": APIKeyIn.cookie, "name": name})


class SignedIn(SecurityBase):
    """A user with a session; with *roles* in one of them."""

    model = cookie(SESSION_COOKIE)
    scheme_name = "session"
    change_header = CSRF_HEADER
    codes = (
        Code.SESSION_MISSING,
        Code.NOT_ALLOWED,
        Code.CSRF_FAILED,
        Code.DATABASE_UNAVAILABLE,
    )

    def __init__(self, *roles: Role) -> None:
        self._roles = roles

    async def __call__(self, request: Request) -> User:
        """Return the signed-in user."""
        guard = await guard_of(request)
        return await guard.user(request, *self._roles)


class _Scheme(SecurityBase):
    """Describes in the document which credentials are enough; the route itself checks them."""

    def __init__(self, model: SecurityBaseModel, name: str) -> None:
        self.model = model
        self.scheme_name = name

    async def __call__(self) -> None:
        """Check nothing."""


def signed_in_or_key(scope: Scope, *roles: Role) -> Any:
    """Return the dependency on a user with a session, or a program with a key of *scope*."""
    session = _Scheme(SignedIn.model, SignedIn.scheme_name)
    key = _Scheme(HTTPBearer(), f"key_{scope}")

    @refuses(*SignedIn.codes, Code.TOKEN_MISSING, Code.TOKEN_UNKNOWN)
    async def user_or_key(
        request: Request,
        _session: Annotated[None, Depends(session)],
        _key: Annotated[None, Depends(key)],
    ) -> User:
        guard = await guard_of(request)
        return await guard.user(request, *roles, scope=scope)

    return Depends(user_or_key)


@refuses(Code.CSRF_FAILED)
async def _same_origin(request: Request) -> None:
    """Refuse requests from pages of other sites, on routes without a session."""
    (await guard_of(request)).check_origin(request.headers)


SameOrigin = Annotated[None, Depends(_same_origin)]
AnyUser = Annotated[User, Depends(SignedIn())]
Admin = Annotated[User, Depends(SignedIn(Role.ADMIN))]
AdminOrManager = Annotated[User, Depends(SignedIn(Role.ADMIN, Role.MANAGER))]
AdminOrAuditor = Annotated[User, Depends(SignedIn(Role.ADMIN, Role.AUDITOR))]
Auditing = Annotated[User, signed_in_or_key(Scope.AUDIT, Role.ADMIN, Role.AUDITOR)]
Exporting = Annotated[User, signed_in_or_key(Scope.EXPORT)]
ReadingFacts = Annotated[User, signed_in_or_key(Scope.FACTS)]
ReadingAlerts = Annotated[User, signed_in_or_key(Scope.ALERTS)]
ReadingPresence = Annotated[User, signed_in_or_key(Scope.PRESENCE)]
ReadingEmployees = Annotated[User, signed_in_or_key(Scope.EMPLOYEES)]
ReadingAttendance = Annotated[User, signed_in_or_key(Scope.ATTENDANCE)]
ReadingLogs = Annotated[User, signed_in_or_key(Scope.LOGS)]
