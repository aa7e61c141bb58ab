"""`wfhserver serve`: the server itself."""

import os
import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer
import uvicorn

from wfhserver.cli.context import settings_with_database
from wfhserver.cli.setup_code import print_code_at_start
from wfhserver.errors import SettingsError
from wfhserver.metrics import SHARED_FOLDER
from wfhserver.serving import STRICT_TRANSPORT, UVICORN, tls_context

_EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 -- compared, not listened on
_FACTORY = "wfhserver.app:create_app_from_environment"


def serve(
    host: str = typer.Option("127.0.0.1", help="Address to listen on."),
    port: int = typer.Option(8000, min=0, max=65535, help="Port to listen on."),
    workers: int = typer.Option(1, min=1, max=256, help="How many processes."),
    tls_cert: Path | None = typer.Option(None, help="Certificate chain (PEM)."),
    tls_key: Path | None = typer.Option(None, help="Key of the certificate (PEM)."),
) -> None:
    """Serve until SIGTERM or SIGINT; SIGHUP replaces the workers, of two or more, one by one."""
    if (tls_cert is None) != (tls_key is None):
        raise SettingsError("--tls-cert and --tls-key belong together. Give both or none.")
    if tls_cert is not None and tls_key is not None:
        _check_tls(tls_cert, tls_key)
    with settings_with_database() as (settings, url), _shared_counts(workers):
        # The workers are separate processes; they share the environment.
        os.environ["WFHSERVER_DATABASE_URL"] = url
        # Here and not in a worker: of several, each would make a code and end the last one.
        print_code_at_start(url, settings, _address(host, port, has_tls=tls_cert is not None))
        run(_FACTORY, host=host, port=port, workers=workers, tls=(tls_cert, tls_key))


def _address(host: str, port: int, *, has_tls: bool) -> str | None:
    """Return where a browser on this machine finds the server; None where only the user knows."""
    if port == 0 or host in _EVERY_ADDRESS:
        return None
    scheme, shown = "https" if has_tls else "http", f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}:{port}"


def _check_tls(certificate: Path, key: Path) -> None:
    """Raise SettingsError when these files are no certificate with its key."""
    for option, file in {"--tls-cert": certificate, "--tls-key": key}.items():
        try:
            file.read_bytes()
        except OSError as error:
            raise SettingsError(
                f"{option} {file} cannot be read: {error.strerror}. Name a PEM file."
            ) from error
    try:
        # An empty password: a key that asks for one would wait at a terminal.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password="")
    except (ssl.SSLError, OSError) as error:
        raise SettingsError(
            f"--tls-cert {certificate} and --tls-key {key} are no PEM certificate chain with its"
            " key, or the key has a password. Name files that belong together."
        ) from error


@contextmanager
def _shared_counts(workers: int) -> Iterator[None]:
    """Give the workers a folder in which their counts for /metrics come together."""
    if workers == 1 or SHARED_FOLDER in os.environ:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="wfhserver-counts-") as folder:
        os.environ[SHARED_FOLDER] = folder
        yield


def run(
    factory: str, *, host: str, port: int, workers: int, tls: tuple[Path | None, Path | None]
) -> None:
    """Run uvicorn until a signal stops it."""
    with_tls: dict[str, Any] = {}
    if tls[0] is not None:
        with_tls = {"ssl_context_factory": tls_context, "headers": [STRICT_TRANSPORT]}
    uvicorn.run(
        factory,
        factory=True,
        host=host,
        port=port,
        workers=workers,
        ssl_certfile=tls[0],
        ssl_keyfile=tls[1],
        loop="wfhserver.serving:new_event_loop",
        **with_tls,
        **UVICORN,
    )
