"""The steps that bring agents to devices, for each way of pushing software."""

from collections.abc import Iterator
from typing import NamedTuple

from wfhserver.messages import _
from wfhserver.models.bundles import Guide, GuideStep

MAC_FOLDER = "/Library/Application Support/wfhagent"


class Packages(NamedTuple):
    """The names of the files of a release."""

    version: str
    msi: str
    pkg: str
    deb: str
    rpm: str
    plain: str


def packages_of(version: str) -> Packages:
    """Return how a release of that *version* names its files; see packaging/installers."""
    return Packages(
        version=version,
        msi=f"wfhagent-{version}.msi",
        pkg=f"wfhagent-{version}-arm64.pkg",
        deb=f"wfhagent_{version}_amd64.deb",
        rpm=f"wfhagent-{version}-1.x86_64.rpm",
        plain="wfhagent-linux",
    )


def guides_of(packages: Packages, files: list[str]) -> list[Guide]:
    """Return the guides; *files* are the configuration: agent.toml, and perhaps an authority."""
    return [
        Guide("intune_windows", _("Windows: Intune"), [*_intune_windows(packages, files)]),
        Guide("gpo", _("Windows: Group Policy"), [*_gpo(packages, files)]),
        Guide("pdq", _("Windows: PDQ and other tools"), [*_pdq(packages, files)]),
        Guide("macos_jamf", _("macOS: Jamf"), [*_jamf(packages)]),
        Guide("macos_kandji", _("macOS: Kandji and Intune"), [*_kandji(packages)]),
        Guide("debian", _("Debian and Ubuntu"), [*_linux(packages.deb, "apt", files)]),
        Guide("fedora", _("Fedora and RHEL"), [*_linux(packages.rpm, "dnf", files)]),
        Guide("plain", _("Without a package"), [*_plain(packages, files)]),
        Guide("ansible", _("Linux: Ansible"), [*_ansible(packages, files)]),
    ]


def _intune_windows(packages: Packages, files: list[str]) -> Iterator[GuideStep]:
    names = ", ".join([packages.msi, *files, "install.cmd", "uninstall.cmd"])
    yield GuideStep(
        _("Put these files into an empty folder named source: {names}.").format(names=names)
    )
    yield GuideStep(
        _("Create install.intunewin with Microsoft's tool."),
        "IntuneWinAppUtil.exe -c source -s install.cmd -o .",
    )
    yield GuideStep(
        _(
            "In the Intune admin center, choose Apps, Windows, Add, Windows app (Win32), and that"
            " file. Install command: install.cmd. Uninstall command: uninstall.cmd. Install"
            " behavior: System."
        )
    )
    yield GuideStep(
        _(
            "Add a detection rule of the type File: path C:\\Program Files\\wfhagent, file"
            " wfhagent.exe, String (version), at least {version}. Assign the app to a group of"
            " devices as Required."
        ).format(version=packages.version)
    )
    yield _windows_check()


def _gpo(packages: Packages, files: list[str]) -> Iterator[GuideStep]:
    names = ", ".join([packages.msi, *files])
    yield GuideStep(
        _("Put these files on a share that Domain Computers may read: {names}.").format(names=names)
    )
    yield GuideStep(
        _(
            "In a policy on the OU of the laptops: Computer Configuration, Policies, Software"
            " Settings, Software installation, New, Package, by its UNC path, Assigned."
        )
    )
    yield GuideStep(
        _(
            "In the same policy: Preferences, Windows Settings, Folders, create"
            " %ProgramData%\\wfhagent. Files: replace in that folder, from the share: {names}."
        ).format(names=", ".join(files))
    )
    yield GuideStep(
        _(
            "Policies, Windows Settings, Security Settings, File System: %ProgramData%\\wfhagent,"
            " owner Administrators, Users Read & Execute, replacing inherited permissions."
        )
    )
    yield _windows_check()


def _pdq(packages: Packages, files: list[str]) -> Iterator[GuideStep]:
    names = ", ".join([packages.msi, *files, "install.cmd"])
    yield GuideStep(
        _(
            "Create a package with one step that runs install.cmd as Local System, with the whole"
            " folder: {names}."
        ).format(names=names)
    )
    yield GuideStep(
        _(
            "Where agent.toml is in place already, the installer alone is enough, from a prompt of"
            " an administrator."
        ),
        f"msiexec /i {packages.msi} /qn /norestart",
    )
    yield _windows_check()


def _windows_check() -> GuideStep:
    return GuideStep(
        _("Verify on one device, as the employee."),
        '"C:\\Program Files\\wfhagent\\wfhagent.exe" doctor',
    )


def _jamf(packages: Packages) -> Iterator[GuideStep]:
    yield GuideStep(
        _("Settings, Packages, New: {pkg}. Settings, Scripts, New: place-config.sh.").format(
            pkg=packages.pkg
        )
    )
    yield GuideStep(
        _(
            "Policies, New: trigger Recurring Check-in, frequency Once per computer; the package"
            " with Install, the script with priority Before. Scope: the laptops."
        )
    )
    yield from _screen_recording()


def _kandji(packages: Packages) -> Iterator[GuideStep]:
    yield GuideStep(
        _(
            "Kandji: Library, Add new, Custom Apps, Installer Package: {pkg}, with place-config.sh"
            " as the preinstall script."
        ).format(pkg=packages.pkg)
    )
    yield GuideStep(
        _(
            "Intune: Devices, macOS, Shell scripts: place-config.sh, run as root. Then Apps, macOS,"
            " Add, macOS app (PKG): {pkg}. Detection: bundle ID wfhagent, version {version}."
        ).format(pkg=packages.pkg, version=packages.version)
    )
    yield from _screen_recording()


def _screen_recording() -> Iterator[GuideStep]:
    yield GuideStep(
        _(
            "Add a profile Privacy Preferences Policy Control: identifier org.wfhagent.agent, type"
            " Bundle ID, ScreenCapture: allow standard users to set. Its code requirement comes"
            " from this command."
        ),
        f"codesign -dr - '{MAC_FOLDER}/program/wfhagent.app'",
    )
    yield GuideStep(_("Verify on one Mac, as the employee."), "wfhagent doctor")


def _linux(package: str, tool: str, files: list[str]) -> Iterator[GuideStep]:
    yield GuideStep(
        _("Place the configuration, as an administrator, in the folder with the files."),
        "sudo install -d -m 755 /etc/xdg/wfhagent\n"
        f"sudo install -m 644 {' '.join(files)} /etc/xdg/wfhagent/",
    )
    yield GuideStep(_("Install the package."), f"sudo {tool} install ./{package}")
    yield GuideStep(
        _("The agent starts with the next graphical sign-in. Verify, as the employee."),
        "wfhagent doctor",
    )


def _plain(packages: Packages, files: list[str]) -> Iterator[GuideStep]:
    yield GuideStep(
        _("On Linux, as the employee, in the folder with the files: place the configuration."),
        f"mkdir -p ~/.config/wfhagent\ninstall -m 600 {' '.join(files)} ~/.config/wfhagent/",
    )
    yield GuideStep(
        _("Install the program as a service of this user."),
        f"chmod +x {packages.plain}\n./{packages.plain} service install",
    )
    yield GuideStep(
        _(
            "On macOS and Windows the same command of the download installs the service; agent.toml"
            " belongs where the documentation says."
        )
    )


def _ansible(packages: Packages, files: list[str]) -> Iterator[GuideStep]:
    names = ", ".join([packages.deb, *files, "push-wfhagent.yml"])
    yield GuideStep(
        _("Put these files into one folder: {names}. Name the laptops in your inventory.").format(
            names=names
        )
    )
    yield GuideStep(_("Run the playbook."), "ansible-playbook -i inventory push-wfhagent.yml")
