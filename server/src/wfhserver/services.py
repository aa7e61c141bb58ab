"""What the routes of the dashboard call: one object for each thing that they show or change."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from wfhserver.accounts.account_links import AccountLinks
from wfhserver.accounts.api_keys import ApiKeys
from wfhserver.accounts.link_mail import LinkMail
from wfhserver.accounts.oidc import OidcSignIn
from wfhserver.accounts.oidc_settings import oidc_settings
from wfhserver.accounts.own_password import OwnPassword
from wfhserver.accounts.passwords import Passwords
from wfhserver.accounts.second_factor import SecondFactor
from wfhserver.accounts.session_list import SessionList
from wfhserver.accounts.sessions import Sessions
from wfhserver.accounts.setup_code import FirstRun
from wfhserver.accounts.teams import Teams
from wfhserver.accounts.users import Users
from wfhserver.alerts.pages import AlertPages, Subscriptions
from wfhserver.alerts.rules import AlertRules
from wfhserver.attendance.count import AttendanceCount
from wfhserver.attendance.pages import AttendancePages
from wfhserver.audit.log import Audit
from wfhserver.audit.pages import AuditPages
from wfhserver.clock import Clock
from wfhserver.days import RetentionCalendar
from wfhserver.devices.add_devices import AddDevices
from wfhserver.devices.blocks import Blocks
from wfhserver.devices.downloads import ReleaseFolder
from wfhserver.devices.enrollment_tokens import EnrollmentTokens
from wfhserver.devices.fleet import DeviceFleet
from wfhserver.employees.csv_import import EmployeeImports
from wfhserver.employees.days import EmployeeDays
from wfhserver.employees.directory import Employees
from wfhserver.employees.leave_import import LeaveImports
from wfhserver.employees.my_sessions import MySessions
from wfhserver.employees.profiles import Profiles
from wfhserver.exports.attendance_pdf import AttendancePdf
from wfhserver.exports.csv_exports import CsvExports
from wfhserver.exports.employee_export import EmployeeExport, Periods
from wfhserver.exports.pdf_exports import PdfExports, PdfFiles
from wfhserver.facts.alerts import FactAlerts
from wfhserver.facts.chosen import ChosenFacts
from wfhserver.facts.pages import FactPages
from wfhserver.facts.views import FactViews
from wfhserver.leavers.departures import Departures
from wfhserver.leavers.my_data import LeaverLinks
from wfhserver.logs.pages import LogPages
from wfhserver.logs.places import Places
from wfhserver.logs.screenshot_views import ScreenshotViews
from wfhserver.models.urls import Urls
from wfhserver.notifications.channels import Channels
from wfhserver.notifications.delivery import Delivery
from wfhserver.notifications.mail import MailServer
from wfhserver.presence.overview import PresenceOverview
from wfhserver.retention.history import RetentionHistory
from wfhserver.retention.holds import LegalHolds
from wfhserver.schedules.holiday_rules import HolidayChoices
from wfhserver.schedules.leave import Leave
from wfhserver.schedules.leave_feeds import LeaveFeeds
from wfhserver.schedules.schedules import Schedules
from wfhserver.schedules.team_days import TeamDays
from wfhserver.screenshots.image_pool import ImagePool
from wfhserver.screenshots.store import ScreenshotStore
from wfhserver.screenshots.thumbnails import Thumbnails
from wfhserver.settings import Settings
from wfhserver.storage.postgres.connection import Database
from wfhserver.storage.postgres.storage import PostgresStorage

if TYPE_CHECKING:
    from wfhserver.scim.service import Scim


@dataclass(frozen=True, kw_only=True)
class AccountServices:
    """Who may sign in; *oidc* is None without a provider."""

    passwords: Passwords
    sessions: Sessions
    first_run: FirstRun
    oidc: OidcSignIn | None
    second_factor: SecondFactor
    users: Users
    account_links: AccountLinks
    link_mail: LinkMail
    own_password: OwnPassword
    session_list: SessionList
    teams: Teams
    api_keys: ApiKeys


@dataclass(frozen=True, kw_only=True)
class DeviceServices:
    """What may report."""

    enrollment_tokens: EnrollmentTokens
    blocks: Blocks
    fleet: DeviceFleet
    releases: ReleaseFolder
    add_devices: AddDevices


@dataclass(frozen=True, kw_only=True)
class EmployeeServices:
    """Who is observed, from the first import to the departure."""

    presence: PresenceOverview
    employees: Employees
    employee_days: EmployeeDays
    profiles: Profiles
    employee_imports: EmployeeImports
    employee_export: EmployeeExport
    my_sessions: MySessions
    departures: Departures
    leaver_links: LeaverLinks


@dataclass(frozen=True, kw_only=True)
class ScheduleServices:
    """When people work, and what was counted of it."""

    schedules: Schedules
    team_days: TeamDays
    holidays: HolidayChoices
    leave: Leave
    leave_feeds: LeaveFeeds
    leave_import: LeaveImports
    attendance: AttendancePages
    attendance_count: AttendanceCount


@dataclass(frozen=True, kw_only=True)
class LogServices:
    """Logs with their screenshots, and the files that are made of them."""

    audit: AuditPages
    holds: LegalHolds
    retention_history: RetentionHistory
    logs: LogPages
    places: Places
    screenshot_views: ScreenshotViews
    csv_exports: CsvExports
    pdf_exports: PdfExports
    attendance_pdf: AttendancePdf


@dataclass(frozen=True, kw_only=True)
class FactServices:
    """Facts of plugins."""

    facts: FactPages
    chosen_facts: ChosenFacts
    fact_views: FactViews
    fact_alerts: FactAlerts


@dataclass(frozen=True, kw_only=True)
class AlertServices:
    """Alerts, and who gets them."""

    alerts: AlertPages
    alert_rules: AlertRules
    subscriptions: Subscriptions
    channels: Channels
    delivery: Delivery


@dataclass(frozen=True, kw_only=True)
class Services(
    AccountServices,
    DeviceServices,
    EmployeeServices,
    ScheduleServices,
    LogServices,
    FactServices,
    AlertServices,
):
    """Made once per process."""

    make_scim: "Callable[[], Scim]"
    is_sample: Callable[[], Awaitable[bool]]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Basis:
    """What the services are made of."""

    storage: PostgresStorage
    store: ScreenshotStore
    image_pool: ImagePool
    calendar: RetentionCalendar
    settings: Settings
    urls: Urls
    audit: Audit
    mail_server: MailServer | None

    @property
    def database(self) -> Database:
        return self.storage.database

    @property
    def clock(self) -> Clock:
        return self.calendar.clock


def services_of(
    storage: PostgresStorage,
    store: ScreenshotStore,
    image_pool: ImagePool,
    calendar: RetentionCalendar,
    settings: Settings,
    urls: Urls,
) -> Services:
    """Return the services over that storage; *urls* are the addresses in their answers."""
    basis = _Basis(
        storage=storage,
        store=store,
        image_pool=image_pool,
        calendar=calendar,
        settings=settings,
        urls=urls,
        audit=Audit(storage.database, calendar.clock),
        mail_server=MailServer.of(settings),
    )
    devices, facts = _devices(basis), _facts(basis)
    employees = _employees(basis, facts.chosen_facts, devices.fleet)
    return Services(
        **vars(_accounts(basis)),
        **vars(devices),
        **vars(employees),
        **vars(_schedules(basis)),
        **vars(_logs(basis)),
        **vars(facts),
        **vars(_alerts(basis)),
        make_scim=partial(_scim, basis.database, basis.clock, employees.profiles),
        is_sample=storage.is_sample,
    )


def _accounts(basis: _Basis) -> AccountServices:
    database, clock, settings, urls = basis.database, basis.clock, basis.settings, basis.urls
    passwords = Passwords()
    sessions = Sessions(database, clock, passwords)
    link_mail = LinkMail(basis.mail_server, clock, urls, settings.public_url)
    return AccountServices(
        passwords=passwords,
        sessions=sessions,
        first_run=FirstRun(database, clock, passwords, sessions),
        oidc=_oidc(basis.storage, clock, sessions, passwords, settings, urls),
        second_factor=SecondFactor(database, clock),
        users=Users(database, clock),
        account_links=AccountLinks(database, clock, passwords, link_mail),
        link_mail=link_mail,
        own_password=OwnPassword(database, clock, passwords),
        session_list=SessionList(database, clock),
        teams=Teams(database, clock),
        api_keys=ApiKeys(database, clock),
    )


def _devices(basis: _Basis) -> DeviceServices:
    database, clock, settings = basis.database, basis.clock, basis.settings
    tokens, releases = EnrollmentTokens(database, clock), ReleaseFolder(settings.downloads)
    return DeviceServices(
        enrollment_tokens=tokens,
        blocks=Blocks(database, clock),
        fleet=DeviceFleet(database, clock, settings.minimum_agent_version, releases.newest),
        releases=releases,
        add_devices=AddDevices(tokens, releases, settings),
    )


def _employees(basis: _Basis, chosen_facts: ChosenFacts, fleet: DeviceFleet) -> EmployeeServices:
    database, clock, calendar = basis.database, basis.clock, basis.calendar
    settings, audit, urls = basis.settings, basis.audit, basis.urls
    grace, minimum = settings.grace, settings.minimum_agent_version
    employees = Employees(database, calendar, grace, chosen_facts, fleet, minimum)
    return EmployeeServices(
        presence=PresenceOverview(database, calendar, grace, minimum),
        employees=employees,
        employee_days=EmployeeDays(database, employees, audit, calendar, grace, urls),
        profiles=Profiles(database, clock),
        employee_imports=EmployeeImports(database, clock),
        employee_export=EmployeeExport(database, basis.store, clock, Periods.of(settings)),
        my_sessions=MySessions(database, audit, clock, urls),
        departures=Departures(database, basis.store, calendar, settings.audit_retention_days),
        leaver_links=LeaverLinks(database, clock, urls),
    )


def _schedules(basis: _Basis) -> ScheduleServices:
    database, clock, calendar = basis.database, basis.clock, basis.calendar
    return ScheduleServices(
        schedules=Schedules(database, clock),
        team_days=TeamDays(database, calendar),
        holidays=HolidayChoices(database, clock),
        leave=Leave(database, calendar),
        leave_feeds=LeaveFeeds(database, calendar, basis.settings.outgoing_networks),
        leave_import=LeaveImports(database, clock),
        attendance=AttendancePages(database, basis.audit, calendar),
        attendance_count=AttendanceCount(database, calendar),
    )


def _logs(basis: _Basis) -> LogServices:
    database, calendar, audit = basis.database, basis.calendar, basis.audit
    store, urls, font = basis.store, basis.urls, basis.settings.pdf_font
    logs = LogPages(database, audit, calendar, urls)
    thumbnails = Thumbnails(store, basis.image_pool)
    pdf_files = PdfFiles(str(basis.settings.screenshots_place), font)
    return LogServices(
        audit=AuditPages(database),
        holds=LegalHolds(database, basis.clock),
        retention_history=RetentionHistory(database),
        logs=logs,
        places=Places(database, audit, calendar),
        screenshot_views=ScreenshotViews(logs, audit, store, thumbnails),
        csv_exports=CsvExports(database, audit, calendar),
        pdf_exports=PdfExports(database, store, audit, calendar, urls, pdf_files),
        attendance_pdf=AttendancePdf(database, audit, calendar, font),
    )


def _facts(basis: _Basis) -> FactServices:
    database, clock, audit = basis.database, basis.clock, basis.audit
    return FactServices(
        facts=FactPages(database, audit, basis.calendar),
        chosen_facts=ChosenFacts(database, audit, clock),
        fact_views=FactViews(database, clock),
        fact_alerts=FactAlerts(database, audit, clock),
    )


def _alerts(basis: _Basis) -> AlertServices:
    database, clock, mail_server = basis.database, basis.clock, basis.mail_server
    networks = basis.settings.outgoing_networks
    return AlertServices(
        alerts=AlertPages(database),
        alert_rules=AlertRules(database, clock),
        subscriptions=Subscriptions(database, clock),
        channels=Channels(database, clock, networks, mail=mail_server is not None),
        delivery=Delivery(database, clock, mail_server, networks),
    )


def _oidc(
    storage: PostgresStorage,
    clock: Clock,
    sessions: Sessions,
    passwords: Passwords,
    settings: Settings,
    urls: Urls,
) -> OidcSignIn | None:
    provider = oidc_settings(settings, urls.oidc_callback)
    if provider is None:
        return None
    return OidcSignIn(storage.database, clock, sessions, passwords, provider)


def _scim(database: Database, clock: Clock, profiles: Profiles) -> "Scim":
    from wfhserver.scim.groups import ScimGroups  # noqa: PLC0415 -- see LateScim
    from wfhserver.scim.service import Scim  # noqa: PLC0415
    from wfhserver.scim.users import ScimUsers  # noqa: PLC0415

    return Scim(ScimUsers(database, clock, profiles), ScimGroups(database, clock))
