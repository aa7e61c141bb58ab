"""The server of these tests, and certificate authorities that nobody trusts."""

import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from plugins.https.tests.remote import HOST, QuietServer, Remote, handler_of


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA(organization_name="Example Corp", organization_unit_name="Inspection")


@pytest.fixture
def client_authority() -> trustme.CA:
    """Issues certificates of clients.

    With the server's own authority it would send that one, too: Wine trusts no authority of a
    program, but every chain that ends before one.
    """
    return trustme.CA()


@pytest.fixture
def remote(tmp_path: Path, authority: trustme.CA, client_authority: trustme.CA) -> Iterator[Remote]:
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(context)
    client_authority.configure_trust(context)
    context.verify_mode = ssl.CERT_OPTIONAL
    made = Remote(url="", authority=tmp_path / "ca.pem")
    with QuietServer(("127.0.0.1", 0), handler_of(made)) as server:
        made.url = f"https://{HOST}:{server.server_port}"
        # The handshake belongs to the thread of the request, not to the accept.
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield made
        server.shutdown()
        thread.join()
