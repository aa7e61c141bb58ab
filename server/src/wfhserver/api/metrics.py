"""Counts for Prometheus and whatever reads its format; not for the world."""

import hmac
import ipaddress

from fastapi import APIRouter
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import Response

from wfhserver.api.body import bearer_token
from wfhserver.api.declared import DeclaredRoute, refuses
from wfhserver.errors import Code, Refusal
from wfhserver.monitoring.counts import Monitoring

router = APIRouter(tags=["operations"], route_class=DeclaredRoute)

# A proxy on this machine is local, but its callers are not.
_FORWARDING = ("x-forwarded-for", "x-real-ip", "forwarded", "via")


_TEXT = {"description": "Counts", "content": {"text/plain": {"schema": {"type": "string"}}}}


@router.get("/metrics", responses={200: _TEXT}, openapi_extra={"security": [{}, {"token": []}]})
@refuses(Code.NOT_FOUND, Code.TOKEN_MISSING, Code.TOKEN_UNKNOWN)
async def metrics(request: Request) -> Response:
    """Counts for monitoring, in Prometheus' text format.

    For programs of the server's own machine, or with WFHSERVER_METRICS_TOKEN.
    """
    monitoring: Monitoring = request.app.state.monitoring
    token: str | None = request.app.state.metrics_token
    if token is not None:
        given = bearer_token(request.headers).encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, token.encode()):
            raise Refusal(Code.TOKEN_UNKNOWN, "The token for metrics is wrong.")
    elif not _is_of_this_machine(request):
        raise Refusal(
            Code.NOT_FOUND,
            "Metrics are for programs of the server's own machine, unless"
            " WFHSERVER_METRICS_TOKEN is set.",
        )
    return Response(await monitoring.text(), media_type=CONTENT_TYPE_LATEST)


def _is_of_this_machine(request: Request) -> bool:
    if any(name in request.headers for name in _FORWARDING):
        return False
    # Through a socket in the file system there is no address.
    return request.client is None or _is_loopback(request.client.host)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
