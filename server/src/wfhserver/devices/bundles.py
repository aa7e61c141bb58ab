"""Everything that an administrator pushes to devices: token, agent.toml, scripts and steps."""

from collections.abc import Iterator
from pathlib import Path

from wfhserver.devices.agent_toml import CA_NAME, agent_toml, check_agent_url
from wfhserver.devices.guides import Packages, guides_of, packages_of
from wfhserver.devices.install_scripts import install_cmd, place_config, playbook, uninstall_cmd
from wfhserver.messages import _
from wfhserver.models.bundles import BundleFile, DeviceBundle, Guide, Notice

UNKNOWN_VERSION = "VERSION"
"""The version in file names while no release is offered."""
_LARGEST_CA_BYTES = 256 * 1024


def read_ca(file: Path | None) -> str | None:
    """Return the certificates in *file*; None without one.

    Raises:
        ValueError: it cannot be read or is something else; the text is a sentence.
    """
    if file is None:
        return None
    try:
        with file.open("rb") as opened:
            text = opened.read(_LARGEST_CA_BYTES).decode("ascii")
    except (OSError, UnicodeDecodeError):
        problem = _("{file} (WFHSERVER_AGENT_CA_FILE) cannot be read as a PEM file.")
        raise ValueError(problem.format(file=file)) from None
    if "PRIVATE KEY" in text:
        problem = _(
            "{file} (WFHSERVER_AGENT_CA_FILE) holds a private key, which no device may get. Name a"
            " file with the certificate alone."
        )
        raise ValueError(problem.format(file=file))
    if "-----BEGIN CERTIFICATE-----" not in text:
        problem = _("{file} (WFHSERVER_AGENT_CA_FILE) holds no certificate in PEM form.")
        raise ValueError(problem.format(file=file))
    return text


class BundleMaker:
    """Makes bundles for agents that reach the server at *url*.

    *ca_file* is the authority of its certificate, if that is not a public one. *version* is of the
    release that is offered.

    Raises:
        ValueError: agents would refuse it; the text is a sentence.
    """

    def __init__(
        self,
        url: str,
        *,
        ca_file: Path | None,
        notice: Notice,
        retention_days: int,
        version: str | None,
    ) -> None:
        self._url = check_agent_url(url)
        self._ca = read_ca(ca_file)
        self._notice = notice
        self._retention_days = retention_days
        self._packages = packages_of(version or UNKNOWN_VERSION)
        # Before a token is created: what it would raise.
        self._agent_toml("")

    def make(self, token_id: int, token: str) -> DeviceBundle:
        """Return the bundle with a new enrollment token."""
        contents = {"agent.toml": self._agent_toml(token)} | (
            {} if self._ca is None else {CA_NAME: self._ca}
        )
        guides = guides_of(self._packages, [*contents])
        files = [*_files(contents, token, self._packages), _readme(guides)]
        return DeviceBundle(token_id=token_id, token=token, files=files, guides=guides)

    def _agent_toml(self, token: str) -> str:
        return agent_toml(
            self._url,
            token,
            self._notice,
            has_ca_file=self._ca is not None,
            retention_days=self._retention_days,
        )


def _files(contents: dict[str, str], token: str, packages: Packages) -> Iterator[BundleFile]:
    names = [*contents]
    yield from (BundleFile(name, text, token in text) for name, text in contents.items())
    yield BundleFile("enrollment-token.txt", f"{token}\n", is_secret=True)
    yield BundleFile("install.cmd", install_cmd(packages.msi, names), is_secret=False)
    yield BundleFile("uninstall.cmd", uninstall_cmd(packages.msi), is_secret=False)
    yield BundleFile("place-config.sh", place_config(contents), is_secret=True)
    yield BundleFile(
        "push-wfhagent.yml", playbook(packages.version, packages.deb, names), is_secret=False
    )


def _readme(guides: list[Guide]) -> BundleFile:
    lines = [
        _("How to add devices"),
        "",
        _("agent.toml and place-config.sh hold the enrollment token: keep them secret."),
        _("Where a file name has VERSION in it, put that of your release."),
    ]
    for guide in guides:
        lines += ["", guide.title, "-" * len(guide.title)]
        for number, step in enumerate(guide.steps, start=1):
            lines.append(f"{number}. {step.text}")
            lines += [f"   {line}" for line in (step.code or "").splitlines()]
    return BundleFile("README.txt", "\n".join(lines) + "\n", is_secret=False)
