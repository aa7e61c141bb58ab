"""What the desktop portal has stored about screenshots."""

import pytest

from wfhagent.desktop.portal_permission import (
    PortalPermission,
    app_in,
    asking_version,
    back_ends_in,
    permission_of,
)


@pytest.mark.parametrize(
    ("unit", "app"),
    [
        ("wfhagent.service", ""),
        ("run-r0f3a.service", ""),
        ("app-wfhagent@autostart.service", "wfhagent"),
        ("app-gnome-org.gnome.Terminal-2311.scope", "org.gnome.Terminal"),
        (r"app-org.kde.konsole-9f\x2d1a.scope", ""),
        ("app-org.kde.konsole-9f1a.scope", "org.kde.konsole"),
        (r"app-my\x2dshell-12.scope", "my-shell"),
        ("session-2.scope", ""),
    ],
)
def test_the_portal_names_a_program_by_its_unit(unit: str, app: str):
    assert app_in(f"0::/user.slice/user-1000.slice/user@1000.service/app.slice/{unit}\n") == app


@pytest.mark.parametrize(
    ("version", "stored", "permission"),
    [
        (2, {"": ["yes"]}, PortalPermission.ALLOWED),
        (2, {"": ["no"], "org.gnome.Terminal": ["yes"]}, PortalPermission.DENIED),
        (2, {"": ["ask"]}, PortalPermission.UNANSWERED),
        (2, {"": []}, PortalPermission.UNANSWERED),
        (2, {}, PortalPermission.UNANSWERED),
        (1, {"": ["no"]}, PortalPermission.NOT_NEEDED),
        (0, {}, PortalPermission.NOT_NEEDED),
    ],
)
def test_only_one_clear_answer_counts(
    version: int, stored: dict[str, list[str]], permission: PortalPermission
):
    assert permission_of(version, stored, "") is permission


@pytest.mark.parametrize(
    ("portal", "back_ends", "version"),
    [
        (2, [2], 2),
        (2, [0], 0),  # Plasma 5.27.
        (2, [0, 2], 2),  # GNOME, whose second back end takes no screenshots.
        (2, [], 2),
        (1, [2], 1),
    ],
)
def test_the_portal_asks_only_for_a_back_end_that_is_new_enough(
    portal: int, back_ends: list[int], version: int
):
    assert asking_version(portal, back_ends) == version


def test_back_ends_are_known_by_their_names():
    names = [":1.7", "org.freedesktop.portal.Desktop", "org.freedesktop.impl.portal.desktop.kde"]

    assert back_ends_in(names) == ["org.freedesktop.impl.portal.desktop.kde"]
