"""Scripts and playbooks that push agent.toml and a package; docs/operations.md has the same."""

from typing import Final

_INSTALL_CMD: Final = r"""@echo off
set "PLACE=%ProgramData%\wfhagent"
rem Any user may have made it first, with files of their own in it.
if exist "%PLACE%" rmdir /s /q "%PLACE%"
if exist "%PLACE%" exit /b 1
mkdir "%PLACE%" || exit /b 1
rem SYSTEM and administrators write; users read.
icacls "%PLACE%" /inheritance:r /grant:r *S-1-5-18:(OI)(CI)F *S-1-5-32-544:(OI)(CI)F *S-1-5-32-545:(OI)(CI)RX || exit /b 1
icacls "%PLACE%" /setowner *S-1-5-32-544 || exit /b 1
{copies}
start "" /wait msiexec /i "%~dp0{msi}" /qn /norestart
exit /b %errorlevel%
"""  # noqa: E501 -- a line of cmd.exe cannot be wrapped without a caret
_UNINSTALL_CMD: Final = r"""@echo off
msiexec /x "%~dp0{msi}" /qn /norestart || exit /b 1
rmdir /s /q "%ProgramData%\wfhagent"
"""
_PLACE_CONFIG: Final = """#!/bin/sh
set -eu
place='/Library/Application Support/wfhagent'
mkdir -p "$place"
{writes}
chown -R root:wheel "$place"
chmod 755 "$place" && chmod 644 {files}
"""
_PLAYBOOK: Final = """- name: wfhagent on the laptops
  hosts: laptops
  become: true
  vars:
    version: "{version}"
  tasks:
    - name: The folder of the configuration belongs to root
      ansible.builtin.file:
        {{path: /etc/xdg/wfhagent, state: directory, owner: root, group: root, mode: "0755"}}
    - name: The configuration comes before the program
      ansible.builtin.copy:
        {{src: "{{{{ item }}}}", dest: /etc/xdg/wfhagent/, owner: root, group: root, mode: "0644"}}
      loop: [{files}]
    - name: The package is there
      ansible.builtin.copy: {{src: "{deb}", dest: /var/cache/wfhagent.deb, mode: "0644"}}
    - name: It is installed, or upgraded
      ansible.builtin.apt: {{deb: /var/cache/wfhagent.deb}}
    - name: It starts, and prints its version
      ansible.builtin.command: wfhagent --version
      register: version_output
      changed_when: false
      failed_when: version_output.stdout != 'wfhagent ' + version
"""


def install_cmd(msi: str, files: list[str]) -> str:
    """Return a script for Windows that places *files* and installs *msi*; all are next to it."""
    copies = "\n".join(f'copy /y "%~dp0{name}" "%PLACE%\\{name}" || exit /b 1' for name in files)
    # Not format: cmd.exe has braces of its own nowhere, but percent signs everywhere.
    return _windows(_INSTALL_CMD.replace("{copies}", copies).replace("{msi}", msi))


def uninstall_cmd(msi: str) -> str:
    """Return a script for Windows that removes the agent and its configuration."""
    return _windows(_UNINSTALL_CMD.replace("{msi}", msi))


def place_config(contents: dict[str, str]) -> str:
    """Return a script for macOS that writes files of these *contents*."""
    writes = []
    for name, text in contents.items():
        end = "END_OF_FILE"
        while end in text:
            end += "_"
        writes.append(f"cat > \"$place/{name}\" <<'{end}'\n{text.rstrip()}\n{end}")
    files = " ".join(f'"$place/{name}"' for name in contents)
    return _PLACE_CONFIG.replace("{writes}", "\n".join(writes)).replace("{files}", files)


def playbook(version: str, deb: str, files: list[str]) -> str:
    """Return a playbook of Ansible for Debian and Ubuntu."""
    return _PLAYBOOK.format(version=version, deb=deb, files=", ".join(files))


def _windows(text: str) -> str:
    return text.replace("\n", "\r\n")
