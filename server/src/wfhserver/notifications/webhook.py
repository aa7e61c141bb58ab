"""Sends events to webhooks, signed as the Standard Webhooks specification says.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from wfhserver import outgoing
from wfhserver.errors import DeliveryError, OutgoingError
from wfhserver.models.alerts import StoredChannel
from wfhserver.setting_values import Network

_PREFIX: Final = "whsec_"
_SECRET_BYTES: Final = 32
_GONE: Final = 410


def new_secret() -> str:
    """Return a new secret, which both sides keep."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode("ascii")


def signature_of(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the value of `webhook-signature`: HMAC-SHA256 over number, time and body."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode("ascii")


async def send_webhook(
    channel: StoredChannel,
    message_id: str,
    body: str,
    now: datetime,
    allowed: Sequence[Network],
) -> None:
    """Send *body*, which is JSON; raises DeliveryError unless the answer is 2xx.

    *message_id* stays the same when it is sent again, so receivers can leave out the second one.
    """
    content, timestamp = body.encode(), int(now.timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "wfhserver",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature_of(channel.secret or "", message_id, timestamp, content),
    }
    try:
        answer = await outgoing.request(
            channel.address, allowed=allowed, headers=headers, content=content, limit_bytes=0
        )
    except OutgoingError as error:
        raise DeliveryError(str(error)) from None
    if not 200 <= answer.status < 300:  # noqa: PLR2004 -- the class of success
        raise DeliveryError(
            f"The webhook answers {answer.status}.", permanent=answer.status == _GONE
        )
