"""Commands that stand in for those of docs/deploy-ubuntu.md which would change the test's machine.

Each does what can be done without that, and fails where the page asks for what is not there.
"""

import re
import sys
from pathlib import Path

import trustme

_APT_GET = r"""#!/bin/bash
# What the test needs must be here already; the rest has stand-ins.
[ "$1" = install ] || exit 0
shift
for name in "$@"; do
  case $name in
    -* | certbot | python3-venv) ;;
    *) dpkg-query -W "$name" >/dev/null ;;
  esac || exit 1
done
"""

_PYTHON3 = r"""#!/bin/bash
# A new environment has the programs of the one that runs the test.
if [ "$1 $2" = "-m venv" ]; then
  mkdir -p "$3/bin"
  cp ROOT/stand-ins/pip "$3/bin/pip"
  ln -s BIN/gunicorn BIN/wfhserver "$3/bin/"
else
  exec BIN/python "$@"
fi
"""

_PIP = r"""#!BIN/python
# Everything that is pinned must be what the test runs with.
import re, sys
from importlib.metadata import version
from pathlib import Path
assert sys.argv[1] == "install", sys.argv
if "-r" in sys.argv:
    assert "--require-hashes" in sys.argv
    text = Path(sys.argv[sys.argv.index("-r") + 1]).read_text()
    pins = re.findall(r"^([\w.-]+)==(\S+) ?(?:; ([^\\]*))?\\$", text, re.MULTILINE)
    assert len(pins) > 40
    for name, pinned, condition in pins:
        if "win32'" not in condition or "!=" in condition:
            assert version(name) == pinned, (name, version(name), pinned)
else:
    assert (Path(sys.argv[-1]) / "pyproject.toml").exists()
"""

_CERTBOT = r"""#!/bin/bash
case "$*" in *--key-type\ ecdsa*) ;; *) exit 1 ;; esac
mkdir -p ROOT/etc/letsencrypt/live
cp -r ROOT/certificate ROOT/etc/letsencrypt/live/DOMAIN
"""

_CURL = r"""#!/bin/bash
exec CURL --cacert ROOT/authority.pem --connect-to DOMAIN:443:127.0.0.1:HTTPS "$@"
"""

_RUNUSER = r"""#!/bin/bash
# Nobody else's rights are needed here: to PostgreSQL, the test's user may be each role.
[ "$1 $3" = "-u --" ] || exit 1
export PGUSER=$2
shift 3
exec "$@"
"""

_INSTALL = r"""#!/bin/bash
# Without the owners, whom this machine does not have.
given=()
while [ $# -gt 0 ]; do
  case $1 in -o | -g) shift 2 ;; *) given+=("$1"); shift ;; esac
done
exec INSTALL "${given[@]}"
"""

_ADDUSER = r"""#!/bin/bash
[ "${!#}" = wfhserver ]
"""

_NGINX = r"""#!/bin/bash
exec NGINX -c ROOT/etc/nginx/nginx.conf "$@"
"""

_SYSTEMCTL = r"""#!BIN/python
import socket, sys
with socket.socket(socket.AF_UNIX) as line:
    line.connect("ROOT/run/systemd")
    line.sendall("\n".join(sys.argv[1:]).encode())
    line.shutdown(socket.SHUT_WR)
    reply = line.makefile().read()
if reply != "ok":
    sys.exit(reply)
"""

_ALL = {
    "apt-get": _APT_GET,
    "python3": _PYTHON3,
    "pip": _PIP,
    "certbot": _CERTBOT,
    "curl": _CURL,
    "runuser": _RUNUSER,
    "install": _INSTALL,
    "adduser": _ADDUSER,
    "nginx": _NGINX,
    "systemctl": _SYSTEMCTL,
}


def write(root: Path, domain: str, https_port: int, authority: trustme.CA) -> None:
    """Write the commands, and the certificate that the one for `certbot` gives."""
    words = {
        "ROOT": str(root),
        "BIN": str(Path(sys.executable).parent),
        "DOMAIN": domain,
        "HTTPS": str(https_port),
        "CURL": "/usr/bin/curl",
        "INSTALL": "/usr/bin/install",
        "NGINX": "/usr/sbin/nginx",
    }
    placeholder = re.compile("|".join(words))
    for name, template in _ALL.items():
        text = placeholder.sub(lambda found: words[found[0]], template)
        path = root / "stand-ins" / name
        path.write_text(text)
        path.chmod(0o755)
    folder = root / "certificate"
    folder.mkdir()
    certificate = authority.issue_cert(domain)
    for number, blob in enumerate(certificate.cert_chain_pems):
        blob.write_to_path(folder / "fullchain.pem", append=number > 0)
    certificate.private_key_pem.write_to_path(folder / "privkey.pem")
    (folder / "privkey.pem").chmod(0o600)
