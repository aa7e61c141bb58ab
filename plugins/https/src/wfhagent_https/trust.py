"""Whom to trust: the system's certificate store, and what agent.toml adds."""

import os
import ssl
import sys

from wfhagent.plugin import Server, _

_CONTEXT_0 = 0xA0
_ATTRIBUTES = {b"\x55\x04\x03": "CN", b"\x55\x04\x0a": "O"}

ASKS_THE_SYSTEM = sys.platform in {"win32", "darwin"}
"""There the system itself verifies, each time; elsewhere OpenSSL does, with the system's files."""
BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Arch
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  # Fedora, RHEL
    "/etc/ssl/ca-bundle.pem",  # SUSE
    "/etc/ssl/cert.pem",  # Alpine
)
"""Where systems keep what they trust, when OpenSSL was built for another system than this one."""


def make_context(server: Server) -> ssl.SSLContext:
    """Return the TLS settings for *server*; what the system trusts is trusted.

    Raises:
        ValueError: a certificate file cannot be used; the text names key and file.
    """
    context = _system_context()
    if server.ca_file:
        try:
            context.load_verify_locations(cafile=server.ca_file)
        except (OSError, ssl.SSLError) as error:
            raise ValueError(
                _("ca_file: {file} is not a PEM file with certificates: {error}.").format(
                    file=server.ca_file, error=error
                )
            ) from error
    if server.client_certificate:
        try:
            context.load_cert_chain(server.client_certificate, server.client_key or None)
        except (OSError, ssl.SSLError) as error:
            raise ValueError(
                _("client_certificate: {file} (key: {key}) cannot be used: {error}.").format(
                    file=server.client_certificate,
                    key=server.client_key or _("in the same file"),
                    error=error,
                )
            ) from error
    return context


def _system_context() -> ssl.SSLContext:
    if ASKS_THE_SYSTEM:
        import truststore  # noqa: PLC0415 -- with the first connection

        context: ssl.SSLContext = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        return context
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    folder = ssl.get_default_verify_paths().capath
    if folder and "SSL_CERT_FILE" not in os.environ:
        # One file by its hash, when it is needed, and as it is then: reading all 140 certificates
        # costs 20 ms, four fifths of a heartbeat, and a megabyte.
        context.load_verify_locations(capath=folder)
    else:
        read_system_store(context)
    return context


def read_system_store(context: ssl.SSLContext) -> None:
    """Have *context* trust all that the system trusts now, in whatever form it keeps it."""
    if ASKS_THE_SYSTEM:
        return
    if ssl.get_default_verify_paths().cafile:
        context.set_default_verify_paths()
        return
    for bundle in BUNDLES:
        if os.path.isfile(bundle):  # noqa: PTH113 -- raises nothing
            context.load_verify_locations(cafile=bundle)
            return


def without_verification() -> ssl.SSLContext:
    """Return settings that look at a certificate without believing it; nothing is sent on them."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def issuer_of(certificate: bytes) -> str:
    """Return who issued the DER *certificate*, as "CN=…, O=…" (X.509, RFC 5280 section 4.1)."""
    _, outer, _ = _element(certificate)
    _, body, _ = _element(outer)
    tag, _, rest = _element(body)
    if tag == _CONTEXT_0:  # the version, which old certificates leave out
        _, _, rest = _element(rest)  # the serial number
    _, _, rest = _element(rest)  # the signature's algorithm
    _, issuer, _ = _element(rest)
    names: dict[str, str] = {}
    while issuer:
        _, relative_name, issuer = _element(issuer)
        _, attribute, _ = _element(relative_name)
        _, kind, rest = _element(attribute)
        _, value, _ = _element(rest)
        if kind in _ATTRIBUTES:
            names[_ATTRIBUTES[kind]] = value.decode(errors="replace")
    return ", ".join(f"{key}={value}" for key, value in names.items()) or "nobody named"


def _element(data: bytes) -> tuple[int, bytes, bytes]:
    """Return tag and content of the first DER element in *data*, and what follows it."""
    size, start = data[1], 2
    if size & 0x80:
        start += size & 0x7F
        size = int.from_bytes(data[2:start], "big")
    return data[0], data[start : start + size], data[start + size :]
