"""Has Apple notarize files, and fails when Apple does not accept them.

usage: notarize.py FILE...   with $APPLE_ID, $APPLE_TEAM_ID and $APPLE_PASSWORD

notarytool ends with 0 as soon as it has an answer, also when the answer is "Invalid".
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass

ACCEPTED = "Accepted"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What Apple says of a file: its *status*, and the *number* of the submission."""

    status: str
    number: str


def read_verdict(output: str) -> Verdict:
    """Return the verdict in the JSON *output* of `notarytool submit --wait`.

    Raises:
        ValueError: it is no such output.
    """
    answer = json.loads(output)
    if not isinstance(answer, dict):
        raise ValueError("notarytool gave no JSON object")  # noqa: TRY004
    return Verdict(str(answer.get("status", "")), str(answer.get("id", "")))


def account() -> list[str]:
    """Return the options of notarytool that name who submits."""
    options = ("apple-id", "APPLE_ID"), ("team-id", "APPLE_TEAM_ID"), ("password", "APPLE_PASSWORD")
    return [word for option, name in options for word in (f"--{option}", os.environ[name])]


def notarize(file: str) -> bool:
    """Submit *file*, and tell whether Apple accepts it; why not is printed."""
    command = ["xcrun", "notarytool", "submit", file, "--wait", "--output-format", "json"]
    done = subprocess.run([*command, *account()], stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603
    verdict = read_verdict(done.stdout)
    print(f"{file}: {verdict.status}")  # noqa: T201
    if verdict.status == ACCEPTED:
        return True
    if verdict.number:
        subprocess.run(  # noqa: S603
            ["xcrun", "notarytool", "log", verdict.number, *account()],  # noqa: S607
            check=False,
        )
    return False


if __name__ == "__main__":
    verdicts = [notarize(file) for file in sys.argv[1:]]
    sys.exit(0 if all(verdicts) else 1)
