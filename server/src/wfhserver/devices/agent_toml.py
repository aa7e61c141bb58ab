"""Writes an agent.toml to push. Pure."""

import ipaddress
import json
from typing import Final
from urllib.parse import urlsplit

import msgspec

from wfhserver.messages import _
from wfhserver.models.bundles import Notice

CA_NAME: Final = "company-ca.pem"
"""The name of the certificate authority's file, next to agent.toml."""


def check_agent_url(url: str) -> str:
    """Return *url* as agents take it, without a slash at its end.

    Raises:
        ValueError: agents would refuse it; the text is a sentence.
    """
    parts = urlsplit(url.strip())
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if parts.scheme not in ("http", "https") or not host or port == 0 or "@" in parts.netloc:
        raise ValueError(_("Enter an address such as https://wfh.example.com, without a user."))
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        raise ValueError(_("Enter only https://, a host and perhaps a port, without a path."))
    if parts.scheme == "http" and not _is_loopback(host):
        raise ValueError(
            _(
                "Agents send to https:// only, so that nobody on the way can read the data. Set up"
                " a certificate first, and enter the https address."
            )
        )
    return f"{parts.scheme}://{parts.netloc}"


def agent_toml(
    url: str, token: str, notice: Notice, *, has_ca_file: bool, retention_days: int
) -> str:
    """Return the text of an agent.toml; *url* is what `check_agent_url` returned.

    Raises:
        ValueError: the notice has to be acknowledged and says nothing.
    """
    if notice.required and not (notice.text or notice.purpose):
        raise ValueError(_("There is nothing to acknowledge. Fill in purpose or further text."))
    lines = ["[server]", f"url = {_text(url)}", f"auth_token = {_text(token)}"]
    if has_ca_file:
        lines.append(f"ca_file = {_text(CA_NAME)}")
    if url.startswith("http://"):
        lines.append("allow_insecure_loopback = true")
    written = {
        key: value for key, value in msgspec.structs.asdict(notice).items() if value and value != ""
    }
    if written:
        written["retention"] = _("{days} days").format(days=retention_days)
        lines += ["", "[notice]"]
        lines += [
            f"{key} = {'true' if value is True else _text(value)}" for key, value in written.items()
        ]
    return "\n".join(lines) + "\n"


def _text(value: str) -> str:
    """Return a string of TOML: that of JSON is one, but for a character that TOML forbids."""
    return json.dumps(value, ensure_ascii=True).replace("\x7f", "\\u007f")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
