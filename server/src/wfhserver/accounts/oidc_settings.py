"""The settings of signing in through an OpenID provider, whole or not there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wfhserver.errors import SettingsError
from wfhserver.models.users import Role
from wfhserver.names import normalize_name
from wfhserver.settings import Settings


@dataclass(frozen=True, kw_only=True, slots=True)
class OidcSettings:
    """Everything that is needed; *groups* are which groups make which role, in that order."""

    name: str
    issuer: str
    client_id: str
    client_secret: str
    redirect_uri: str
    scope: str
    username_claim: str
    roles_claim: str
    groups: Mapping[Role, tuple[str, ...]]
    # Groups, and the teams that they manage.
    teams: tuple[tuple[str, str], ...]

    @property
    def named_teams(self) -> list[str]:
        """Return the teams whose managers the provider names."""
        return sorted({team for _, team in self.teams})

    def teams_of(self, claims: Mapping[str, Any]) -> list[str]:
        """Return the teams whose groups *claims* have."""
        theirs = self._groups_of(claims)
        return sorted({team for group, team in self.teams if group in theirs})

    def _groups_of(self, claims: Mapping[str, Any]) -> set[str]:
        found = _claim(claims, self.roles_claim)
        several = found if isinstance(found, list) else [found]
        return {each for each in several if isinstance(each, str)}

    def username_of(self, claims: Mapping[str, Any]) -> str | None:
        """Return the name that *claims* give; None when they give none."""
        name = _claim(claims, self.username_claim)
        return normalize_name(name) or None if isinstance(name, str) else None

    def has_roles(self, claims: Mapping[str, Any]) -> bool:
        """Tell whether *claims* say anything of roles; a provider may say it elsewhere."""
        return _claim(claims, self.roles_claim) is not None

    def describe_roles(self, claims: Mapping[str, Any]) -> str:
        """Return what *claims* say of roles, for the journal."""
        found = _claim(claims, self.roles_claim)
        wanted = [name for groups in self.groups.values() for name in groups]
        state = "is missing" if found is None else f"is {found!r}"
        return f"the claim {self.roles_claim} {state}, and the settings name {wanted!r}"

    def role_of(self, claims: Mapping[str, Any]) -> Role | None:
        """Return the role that *claims* give, of several the one that sees most; None for none."""
        theirs = self._groups_of(claims)
        for role, groups in self.groups.items():
            if theirs & set(groups):
                return role
        return None


def oidc_settings(settings: Settings, callback_path: str) -> OidcSettings | None:
    """Return what signing in through a provider needs; None when no provider is set.

    Raises SettingsError when only a part is set.
    """
    if settings.oidc_issuer is None:
        return None
    needed = {
        "WFHSERVER_OIDC_CLIENT_ID": settings.oidc_client_id,
        "WFHSERVER_OIDC_CLIENT_SECRET": settings.oidc_client_secret,
        "WFHSERVER_PUBLIC_URL": settings.public_url,
    }
    missing = [name for name, value in needed.items() if value is None]
    groups = {
        Role.ADMIN: settings.oidc_admins,
        Role.AUDITOR: settings.oidc_auditors,
        Role.MANAGER: settings.oidc_managers,
    }
    if not any(groups.values()):
        missing.append("WFHSERVER_OIDC_ADMINS (or _AUDITORS, _MANAGERS)")
    if missing:
        raise SettingsError(
            f"WFHSERVER_OIDC_ISSUER is set, and {', '.join(missing)} is not. Set it, too."
        )
    return OidcSettings(
        name=settings.oidc_name,
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id or "",
        client_secret=settings.oidc_client_secret or "",
        redirect_uri=(settings.public_url or "").rstrip("/") + callback_path,
        scope=settings.oidc_scope,
        username_claim=settings.oidc_username_claim,
        roles_claim=settings.oidc_roles_claim,
        groups=groups,
        teams=tuple((group, normalize_name(team)) for group, team in settings.oidc_teams),
    )


def _claim(claims: Mapping[str, Any], path: str) -> Any:
    """Return a claim by its name, or by the names that lead to it: `realm_access.roles`."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found
