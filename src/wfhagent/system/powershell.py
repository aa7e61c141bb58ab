"""Windows: how PowerShell is called, without the profile of its user and without questions."""

OPTIONS = ("-NoProfile", "-NonInteractive", "-Command")


def powershell(script: str) -> list[str]:
    """Return the command that runs *script*."""
    return ["powershell", *OPTIONS, script]
