"""The provider of openid_provider.py in a process, as tests speak to it."""

import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import trustme
from server.tests.openid_provider import CLIENT, SECRET

from wfhserver.testing import NOW

HERE = "https://wfh.example.com"


class Provider:
    """The process, and what the next sign-in is to be."""

    def __init__(self, issuer: str, authority: Path) -> None:
        self.issuer = issuer
        self.authority = authority
        self.trust = ssl.create_default_context(cafile=str(authority))

    def says(self, **following: Any) -> None:
        httpx.post(f"{self.issuer}/next", json=following, verify=self.trust)

    def settings(self, **more: Any) -> dict[str, Any]:
        return {
            "public_url": HERE,
            "oidc_issuer": self.issuer,
            "oidc_client_id": CLIENT,
            "oidc_client_secret": SECRET,
            "oidc_admins": ("wfh-admins",),
            "oidc_managers": ("team leads", "wfh-managers"),
            "oidc_auditors": ("works council",),
            **more,
        }


@contextmanager
def running_provider(folder: Path) -> Iterator[Provider]:
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    authority.cert_pem.write_to_path(folder / "ca.pem")
    certificate.private_key_pem.write_to_path(folder / "key.pem")
    certificate.cert_chain_pems[0].write_to_path(folder / "cert.pem")
    program = Path(__file__).with_name("openid_provider.py")
    arguments = [folder / "cert.pem", folder / "key.pem", str(int(NOW.timestamp()))]
    with subprocess.Popen(
        [sys.executable, program, *arguments], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield Provider(process.stdout.readline().strip(), folder / "ca.pem")
        process.terminate()
