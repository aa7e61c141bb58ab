"""The server's settings, read from environment variables named WFHSERVER_..."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, timedelta, tzinfo
from pathlib import Path
from typing import Annotated, Any, NamedTuple, get_type_hints

from wfhserver.agent_versions import Version, read_version
from wfhserver.database_url import checked_url
from wfhserver.errors import SettingsError
from wfhserver.setting_values import (
    Network,
    Proxy,
    one_of,
    read_https_url,
    read_mail_address,
    read_names,
    read_networks,
    read_pairs,
    read_path,
    read_place,
    read_proxies,
    read_secret,
    read_site_url,
    read_text,
    read_zone,
    whole_number,
    yes_or_no,
)
from wfhserver.suggest import suggest

_PREFIX = "WFHSERVER_"


class Variable(NamedTuple):
    """How a setting is read and explained: annotates its field.

    *parse* raises ValueError that says what is wrong. *meaning* is Markdown for the table in
    docs/server-operations.md, *default* what the table shows there instead of the value.
    """

    parse: Callable[[str], Any]
    meaning: str
    default: str | None = None


_DAYS = whole_number(1, 3650)


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """Everything that can be set. Each field is the variable WFHSERVER_<NAME>.

    A new setting is one field: its type, parser, meaning and default. `make server-settings`
    writes the table for administrators.
    """

    database_url: Annotated[
        str | None,
        Variable(
            checked_url,
            "PostgreSQL 14 or newer, see [below](#the-database-url)",
            "an embedded PostgreSQL",
        ),
    ] = None
    data_directory: Annotated[
        Path,
        Variable(
            read_path,
            "folder of the embedded PostgreSQL, the screenshots and the GeoIP database",
        ),
    ] = Path("wfhserver-data")
    screenshots: Annotated[
        Path | str | None,
        Variable(
            read_place,
            "a folder, or `s3://bucket/prefix` with the usual `AWS_REGION`, `AWS_ENDPOINT_URL`,"
            " `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`",
            "`screenshots` in the data directory",
        ),
    ] = None
    geoip_database: Annotated[
        Path | None,
        Variable(read_path, "a city database", "`geoip.mmdb` in the data directory"),
    ] = None
    geoip_url: Annotated[
        str,
        Variable(
            read_text,
            "where `geoip update` downloads it; `{month}` becomes 2026-11, for example",
            "DB-IP's free city database",
        ),
    ] = "https://download.db-ip.com/free/dbip-city-lite-{month}.mmdb.gz"
    retention_days: Annotated[int, Variable(_DAYS, "how many days before today are kept")] = 30
    audit_retention_days: Annotated[
        int,
        Variable(
            _DAYS,
            "how many days audit entries are kept; takes effect with `wfhserver db upgrade`",
        ),
    ] = 365
    time_zone: Annotated[tzinfo, Variable(read_zone, "whose midnight ends the server's day")] = UTC
    presence_grace: Annotated[
        int,
        Variable(
            whole_number(0, 86_400),
            "how many seconds a heartbeat may be late before its device is shown as late",
        ),
    ] = 60
    minimum_agent_version: Annotated[
        Version | None,
        Variable(
            read_version,
            "such as `1.4.0`: devices with an older agent need attention on *Now* and *Devices*",
        ),
    ] = None
    only_in_working_hours: Annotated[
        bool,
        Variable(
            yes_or_no,
            "`yes`: agents collect and send nothing outside the working hours of their employee."
            " They learn it within a day",
        ),
    ] = False
    trusted_proxies: Annotated[
        tuple[Proxy, ...],
        Variable(
            read_proxies,
            "networks whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed, separated by"
            " commas. `unix` is a proxy that connects through a socket file",
        ),
    ] = ()
    database_connections: Annotated[
        int,
        Variable(
            whole_number(1, 1000), "per worker, in addition to the one that writes heartbeats"
        ),
    ] = 10
    heartbeat_queue: Annotated[
        int,
        Variable(
            whole_number(1000, 10_000_000),
            "how many heartbeats may wait before new ones are refused",
        ),
    ] = 20_000
    log_format: Annotated[
        str, Variable(one_of("text", "json"), "`json` writes one object per line")
    ] = "text"
    metrics_token: Annotated[
        str | None,
        Variable(
            read_secret,
            "the token for `/metrics`; without it only the machine itself may read them",
        ),
    ] = None
    pdf_font: Annotated[
        Path | None, Variable(read_path, "a TrueType font for PDF exports", "DejaVu Sans")
    ] = None
    public_url: Annotated[
        str | None,
        Variable(
            read_site_url, "where people reach the dashboard, such as `https://wfh.example.com`"
        ),
    ] = None
    agent_ca_file: Annotated[
        Path | None,
        Variable(
            read_path,
            "PEM file of the authority that issued the certificate of `WFHSERVER_PUBLIC_URL`, if it"
            " is not a public one: *Add devices* hands it out with agent.toml",
        ),
    ] = None
    downloads: Annotated[
        Path | None,
        Variable(
            read_path,
            "folder with the files of a release, which administrators download on *Add devices*",
        ),
    ] = None
    oidc_issuer: Annotated[
        str | None,
        Variable(
            read_https_url,
            "exactly as the provider writes it, such as `https://id.example.com/realms/company`;"
            " a slash at the end matters",
        ),
    ] = None
    oidc_client_id: Annotated[
        str | None, Variable(read_text, "what the provider calls this server")
    ] = None
    oidc_client_secret: Annotated[str | None, Variable(read_text, "the secret of that client")] = (
        None
    )
    oidc_name: Annotated[
        str, Variable(read_text, "the name of the provider on the sign-in page")
    ] = "single sign-on"
    oidc_scope: Annotated[str, Variable(read_text, "what is requested")] = "openid profile"
    oidc_username_claim: Annotated[
        str, Variable(read_text, "the claim that names the user, such as `email`")
    ] = "preferred_username"
    oidc_roles_claim: Annotated[
        str,
        Variable(
            read_text,
            "the claim that contains groups or roles, such as `roles` or `realm_access.roles`",
        ),
    ] = "groups"
    oidc_admins: Annotated[
        tuple[str, ...], Variable(read_names, "groups of administrators, separated by commas")
    ] = ()
    oidc_auditors: Annotated[
        tuple[str, ...], Variable(read_names, "groups of auditors, for those in none above")
    ] = ()
    oidc_managers: Annotated[
        tuple[str, ...], Variable(read_names, "groups of managers, for those in none above")
    ] = ()
    oidc_teams: Annotated[
        tuple[tuple[str, str], ...],
        Variable(
            read_pairs,
            "which groups manage which teams, such as `sales-leads=Sales, it=IT`",
        ),
    ] = ()
    smtp_host: Annotated[
        str | None, Variable(read_text, "the mail server for alerts; without it no e-mail is sent")
    ] = None
    smtp_port: Annotated[int, Variable(whole_number(1, 65535), "its port")] = 587
    smtp_security: Annotated[
        str,
        Variable(
            one_of("starttls", "tls", "none"),
            "`tls` from the first byte, usually port 465; `none` is for a relay on this machine",
        ),
    ] = "starttls"
    smtp_username: Annotated[str | None, Variable(read_text, "for mail servers that need it")] = (
        None
    )
    smtp_password: Annotated[str | None, Variable(read_text, "the password of that user")] = None
    mail_from: Annotated[
        str | None,
        Variable(
            read_mail_address,
            "the sender of e-mails, such as `wfhserver@example.com`",
            "`wfhserver@` and the mail server",
        ),
    ] = None
    backup_directory: Annotated[
        Path | None,
        Variable(
            read_path,
            "folder of `wfhserver backup`; an alert says when its newest complete backup is 36"
            " hours old, or a verification found damage",
        ),
    ] = None
    backup_days: Annotated[
        int, Variable(_DAYS, "backups that are older are removed when a new one is made")
    ] = 7
    backup_recipients: Annotated[
        tuple[str, ...],
        Variable(
            read_names,
            "who can read backups: public keys of age, or a file with an OpenPGP key; empty: not"
            " encrypted",
        ),
    ] = ()
    outgoing_networks: Annotated[
        tuple[Network, ...],
        Variable(
            read_networks,
            "private networks that webhooks and calendar feeds may reach, such as `10.0.0.0/8`",
        ),
    ] = ()
    embedded_user: Annotated[
        str, Variable(read_text, "who runs the embedded PostgreSQL when root starts the server")
    ] = "nobody"

    @property
    def grace(self) -> timedelta:
        """How long a heartbeat may be late."""
        return timedelta(seconds=self.presence_grace)

    @property
    def screenshots_place(self) -> Path | str:
        """Where the screenshots are: a folder, or the URL of a bucket."""
        return self.screenshots or self.data_directory / "screenshots"

    @property
    def screenshots_folder(self) -> Path:
        """Where the screenshots are, for what needs a folder; SettingsError for a bucket."""
        if isinstance(self.screenshots_place, Path):
            return self.screenshots_place
        raise SettingsError(
            "WFHSERVER_SCREENSHOTS names a bucket, and this needs a folder. Unset it or name one."
        )

    @property
    def geoip_file(self) -> Path:
        """Where the GeoIP database is, or would be."""
        return self.geoip_database or self.data_directory / "geoip.mmdb"


def variables() -> dict[str, Variable]:
    """Return how each setting is read and explained, by the name of its field."""
    hints = get_type_hints(Settings, include_extras=True)
    return {field.name: hints[field.name].__metadata__[0] for field in fields(Settings)}


_VARIABLES = variables()


def from_environment(environment: Mapping[str, str]) -> Settings:
    """Read the settings; SettingsError names the variable, the problem and what to do."""
    values = {}
    for key, value in environment.items():
        if not key.startswith(_PREFIX):
            continue
        name = key.removeprefix(_PREFIX).lower()
        if key != _variable(name) or name not in _VARIABLES:
            raise SettingsError(_unknown(key))
        try:
            values[name] = _VARIABLES[name].parse(value)
        except ValueError as error:
            # Without the value: it may hold a password.
            raise SettingsError(
                f"{key} cannot be used: {error}. Correct it or unset it."
            ) from error
    return Settings(**values)


def _variable(name: str) -> str:
    return _PREFIX + name.upper()


def _unknown(key: str) -> str:
    near = suggest(key, [_variable(name) for name in _VARIABLES], least=0)
    return f"{key} is not a setting of wfhserver. Did you mean {near}? Rename or unset it."
