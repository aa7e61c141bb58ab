"""GET /metrics, for Prometheus and whatever reads its format; not for the world."""

import hmac
import ipaddress

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import Response

from wfhserver.api.body import bearer_token
from wfhserver.errors import Code, Refusal
from wfhserver.monitoring.counts import Monitoring

# A proxy on this machine is a neighbour whose callers are not.
_FORWARDING = ("x-forwarded-for", "x-real-ip", "forwarded", "via")


class MetricsEndpoint:
    """Asks for the token of the settings; without one, answers programs of this machine only."""

    def __init__(self, monitoring: Monitoring, token: str | None) -> None:
        self._monitoring = monitoring
        self._token = token

    async def get(self, request: Request) -> Response:
        """Return the metrics."""
        if self._token is not None:
            given = bearer_token(request.headers).encode("utf-8", "surrogateescape")
            if not hmac.compare_digest(given, self._token.encode()):
                raise Refusal(Code.TOKEN_UNKNOWN, "This is not the token of the metrics.")
        elif not _is_of_this_machine(request):
            raise Refusal(
                Code.NOT_FOUND,
                "Metrics are for programs of the server's own machine, unless"
                " WFHSERVER_METRICS_TOKEN is set.",
            )
        return Response(await self._monitoring.text(), media_type=CONTENT_TYPE_LATEST)


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
