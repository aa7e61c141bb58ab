"""Adds the routes of the dashboard to the app."""

from fastapi import FastAPI

from wfhserver.api import openapi
from wfhserver.api.dashboard import audit_operations, key_operations, operations, people_operations
from wfhserver.api.dashboard.audit import AuditEndpoint
from wfhserver.api.dashboard.blocks import BlocksEndpoint, block_operations
from wfhserver.api.dashboard.enrolment import EnrolmentEndpoint
from wfhserver.api.dashboard.guard import Guard
from wfhserver.api.dashboard.keys import KeysEndpoint
from wfhserver.api.dashboard.oidc import OidcEndpoint, oidc_operations
from wfhserver.api.dashboard.second_factor import (
    SecondFactorEndpoint,
    second_factor_operations,
)
from wfhserver.api.dashboard.session import SessionEndpoint
from wfhserver.api.dashboard.teams import TeamsEndpoint
from wfhserver.api.dashboard.users import UsersEndpoint
from wfhserver.clock import Clock
from wfhserver.devices.agent_auth import AgentAuth
from wfhserver.services import Services


def add_dashboard(
    app: FastAPI, services: Services, guard: Guard, clock: Clock, agent_auth: AgentAuth
) -> None:
    """Add the routes of accounts, enrollment and audit."""
    _add_session(app, SessionEndpoint(services.sessions, guard, clock))
    _add_oidc(app, OidcEndpoint(services.oidc, guard, clock))
    _add_second_factor(app, SecondFactorEndpoint(services.second_factor, guard, clock))
    _add_audit(app, AuditEndpoint(services.audit, guard, agent_auth, clock))
    _add_users(app, UsersEndpoint(services.users, guard, services.passwords, clock))
    _add_teams(app, TeamsEndpoint(services.teams, guard, clock))
    _add_enrolment(app, EnrolmentEndpoint(services.enrollment_tokens, guard, clock))
    _add_blocks(app, BlocksEndpoint(services.blocks, guard, clock))
    _add_keys(app, KeysEndpoint(services.api_keys, guard, clock))


def _add_session(app: FastAPI, session: SessionEndpoint) -> None:
    said = operations.session_operations()
    openapi.add(app, "POST /api/session", session.post, said["POST"])
    openapi.add(app, "GET /api/session", session.get, said["GET"])
    openapi.add(app, "DELETE /api/session", session.delete, said["DELETE"], status=204)


def _add_oidc(app: FastAPI, oidc: OidcEndpoint) -> None:
    said = oidc_operations()
    openapi.add(app, "GET /api/oidc", oidc.get, said["GET"])
    openapi.add(app, "GET /api/oidc/start", oidc.start, said["START"], status=303)
    # A provider may send more than the standard names (RFC 6749, 4.1.2).
    openapi.add(
        app, "GET /api/oidc/callback", oidc.callback, said["CALLBACK"], status=303, any_query=True
    )


def _add_audit(app: FastAPI, audit: AuditEndpoint) -> None:
    openapi.add(app, "GET /api/audit", audit.get, audit_operations.audit_operation())
    openapi.add(app, "GET /api/audit/mine", audit.mine, audit_operations.mine_operation())


def _add_users(app: FastAPI, users: UsersEndpoint) -> None:
    said = people_operations.user_operations()
    openapi.add(app, "GET /api/users", users.get, said["GET"])
    openapi.add(app, "POST /api/users", users.post, said["POST"], status=201)
    openapi.add(app, "PATCH /api/users/{user_id}", users.patch, said["PATCH"])


def _add_teams(app: FastAPI, teams: TeamsEndpoint) -> None:
    said, one = people_operations.team_operations(), "/api/teams/{team_id}"
    openapi.add(app, "GET /api/teams", teams.list, said["LIST"])
    openapi.add(app, "POST /api/teams", teams.post, said["POST"], status=201)
    openapi.add(app, f"GET {one}", teams.get, said["GET"])
    openapi.add(app, f"PATCH {one}", teams.patch, said["PATCH"], status=204)
    openapi.add(app, f"DELETE {one}", teams.delete, said["DELETE"], status=204)


def _add_enrolment(app: FastAPI, enrolment: EnrolmentEndpoint) -> None:
    said, tokens = key_operations.token_operations(), "/api/enrolment-tokens"
    openapi.add(app, f"GET {tokens}", enrolment.tokens, said["LIST"])
    openapi.add(app, f"POST {tokens}", enrolment.create, said["CREATE"], status=201)
    openapi.add(app, f"POST {tokens}/{{token_id}}/revoke", enrolment.revoke, said["REVOKE"])
    agent, revoke, confirm = "POST /api/agents/{agent_id}", said["REVOKE AGENT"], said["CONFIRM"]
    openapi.add(app, f"{agent}/revoke", enrolment.revoke_agent, revoke, status=204)
    openapi.add(app, f"{agent}/confirm", enrolment.confirm_agent, confirm, status=204)
    said, requests = key_operations.request_operations(), "/api/enrolment-requests"
    one = requests + "/{agent_uuid}"
    openapi.add(app, f"GET {requests}", enrolment.requests, said["LIST"])
    openapi.add(app, f"POST {one}/approve", enrolment.approve, said["APPROVE"], status=204)
    openapi.add(app, f"DELETE {one}", enrolment.reject, said["REJECT"], status=204)


def _add_blocks(app: FastAPI, blocks: BlocksEndpoint) -> None:
    said = block_operations()
    openapi.add(app, "GET /api/blocks", blocks.get, said["GET"])
    openapi.add(app, "POST /api/agents/{agent_id}/block", blocks.post, said["POST"], status=201)
    openapi.add(app, "DELETE /api/blocks/{block_id}", blocks.delete, said["DELETE"], status=204)


def _add_keys(app: FastAPI, keys: KeysEndpoint) -> None:
    said = key_operations.key_operations()
    openapi.add(app, "GET /api/keys", keys.get, said["GET"])
    openapi.add(app, "POST /api/keys", keys.post, said["POST"], status=201)
    openapi.add(app, "DELETE /api/keys/{key_id}", keys.delete, said["DELETE"], status=204)


def _add_second_factor(app: FastAPI, second: SecondFactorEndpoint) -> None:
    said, path = second_factor_operations(), "/api/second-factor"
    openapi.add(app, f"GET {path}", second.get, said["GET"])
    openapi.add(app, f"POST {path}", second.begin, said["BEGIN"])
    openapi.add(app, f"POST {path}/confirm", second.confirm, said["CONFIRM"])
    openapi.add(app, f"DELETE {path}", second.remove, said["REMOVE"], status=204)
