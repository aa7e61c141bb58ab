"""What the calls of enrolment tokens, agents and keys take and answer, as OpenAPI says it."""

from typing import Any

from wfhserver.api.dashboard.operations import (
    MOMENT,
    PAGE,
    TEXT,
    array,
    dashboard_operation,
    path_number,
    query_number,
    query_text,
)
from wfhserver.api.operations import success
from wfhserver.models.users import Scope

REQUESTS_LIMIT = 500
_NUMBER = {"type": "integer"}
_FLAG = {"type": "boolean"}
_NOTHING = {"204": {"description": "Done"}}
_MAYBE = {**MOMENT, "nullable": True}
_UUID: dict[str, Any] = {"type": "string", "format": "uuid"}
_UUID_PARAMETER = {"name": "agent_uuid", "in": "path", "required": True, "schema": _UUID}
_TOKEN: dict[str, Any] = {
    "token_id": _NUMBER,
    "label": TEXT,
    "uses": _NUMBER,
    "use_limit": {**_NUMBER, "nullable": True},
    "needs_approval": _FLAG,
    "agents": _NUMBER,
    "created_at": MOMENT,
    "expires_at": _MAYBE,
    "revoked_at": _MAYBE,
}
_REQUEST: dict[str, Any] = {
    "agent_uuid": {**_UUID, "nullable": True},
    "token_id": _NUMBER,
    "username": TEXT,
    "hostname": TEXT,
    "platform": TEXT,
    "requested_at": MOMENT,
    "approved_at": _MAYBE,
}
_KEY: dict[str, Any] = {
    "key_id": _NUMBER,
    "label": TEXT,
    "scope": {"type": "string", "enum": [str(scope) for scope in Scope]},
    "username": TEXT,
    "created_at": MOMENT,
    "expires_at": MOMENT,
    "revoked_at": _MAYBE,
}


def token_operations() -> dict[str, dict[str, Any]]:
    """Return what the calls of /api/enrolment-tokens and /api/agents take and answer."""
    return {
        "LIST": dashboard_operation(
            "enrolment_tokens",
            "List the enrolment tokens",
            {"200": success("All", tokens=array(**_TOKEN))},
        ),
        "CREATE": dashboard_operation(
            "create_enrolment_token",
            "Make an enrolment token",
            {"201": success("The token; it is told here only", token_id=_NUMBER, token=TEXT)},
            body="NewEnrolmentToken",
            changes=True,
        ),
        "REVOKE": dashboard_operation(
            "revoke_enrolment_token",
            "Revoke an enrolment token, and all agents of it if wanted",
            {"200": success("Revoked", agents_revoked=_NUMBER)},
            body="Revocation",
            changes=True,
            parameters=(path_number("token_id"),),
        ),
        "REVOKE AGENT": dashboard_operation(
            "revoke_agent",
            "Revoke one agent",
            _NOTHING,
            changes=True,
            parameters=(path_number("agent_id"),),
        ),
        "CONFIRM": dashboard_operation(
            "confirm_agent",
            "Say that an agent is the user's whose name it bears",
            _NOTHING,
            changes=True,
            parameters=(path_number("agent_id"),),
        ),
    }


def request_operations() -> dict[str, dict[str, Any]]:
    """Return what the calls of /api/enrolment-requests take and answer."""
    return {
        "LIST": dashboard_operation(
            "enrolment_requests",
            "List the devices that wait for approval, oldest first",
            {
                "200": success(
                    "A page, and how many wait in all; next_page is null behind the last one",
                    requests=array(**_REQUEST),
                    waiting=_NUMBER,
                    next_page={**TEXT, "nullable": True},
                )
            },
            parameters=(query_text("search"), PAGE, query_number("limit", REQUESTS_LIMIT)),
        ),
        "APPROVE": dashboard_operation(
            "approve_enrolment",
            "Let a waiting machine in",
            _NOTHING,
            changes=True,
            parameters=(_UUID_PARAMETER,),
        ),
        "REJECT": dashboard_operation(
            "reject_enrolment",
            "Take a waiting machine off the list",
            _NOTHING,
            changes=True,
            parameters=(_UUID_PARAMETER,),
        ),
    }


def key_operations() -> dict[str, dict[str, Any]]:
    """Return what the calls of /api/keys take and answer."""
    return {
        "GET": dashboard_operation(
            "keys", "List the keys of programs", {"200": success("All", keys=array(**_KEY))}
        ),
        "POST": dashboard_operation(
            "create_key",
            "Make a key with which a program acts for you",
            {"201": success("The key; it is told here only", key_id=_NUMBER, key=TEXT)},
            body="NewKey",
            changes=True,
        ),
        "DELETE": dashboard_operation(
            "revoke_key",
            "Revoke a key",
            _NOTHING,
            changes=True,
            parameters=(path_number("key_id"),),
        ),
    }
