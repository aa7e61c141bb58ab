"""The server of a company on this machine, for the laptops of a world."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.end_to_end.conftest import free_port
from tests.end_to_end.site import Site

from wfhserver.demo.certificate import make_certificate
from wfhserver.embedded.cluster import embedded_postgres


@contextmanager
def running_site() -> Iterator[Site]:
    """Yield a real server with its own PostgreSQL and certificate."""
    with ExitStack() as stack:
        made = stack.enter_context(tempfile.TemporaryDirectory(prefix="wfh-site-", dir="/var/tmp"))
        folder = Path(made)
        folder.chmod(0o711)
        url = stack.enter_context(embedded_postgres(folder / "postgres"))
        (folder / "tls").mkdir()
        (folder / "data").mkdir()
        certificate = make_certificate(folder / "tls")
        site = Site(folder / "data", url, certificate, free_port(), stack)
        site.administrate("db", "upgrade")
        site.start_server()
        yield site
