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


@dataclass(frozen=True, kw_only=True, slots=True)
class Services:
    """Made once per process; *oidc* is None without a provider."""

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
    enrollment_tokens: EnrollmentTokens
    blocks: Blocks
    fleet: DeviceFleet
    releases: ReleaseFolder
    add_devices: AddDevices
    audit: AuditPages
    holds: LegalHolds
    retention_history: RetentionHistory
    presence: PresenceOverview
    employees: Employees
    employee_days: EmployeeDays
    profiles: Profiles
    employee_imports: EmployeeImports
    schedules: Schedules
    team_days: TeamDays
    holidays: HolidayChoices
    leave: Leave
    leave_feeds: LeaveFeeds
    leave_import: LeaveImports
    attendance: AttendancePages
    attendance_count: AttendanceCount
    logs: LogPages
    places: Places
    facts: FactPages
    chosen_facts: ChosenFacts
    fact_views: FactViews
    fact_alerts: FactAlerts
    alerts: AlertPages
    alert_rules: AlertRules
    subscriptions: Subscriptions
    channels: Channels
    delivery: Delivery
    screenshot_views: ScreenshotViews
    csv_exports: CsvExports
    pdf_exports: PdfExports
    attendance_pdf: AttendancePdf
    employee_export: EmployeeExport
    my_sessions: MySessions
    departures: Departures
    leaver_links: LeaverLinks
    make_scim: "Callable[[], Scim]"
    is_sample: Callable[[], Awaitable[bool]]


def services_of(
    storage: PostgresStorage,
    store: ScreenshotStore,
    image_pool: ImagePool,
    calendar: RetentionCalendar,
    settings: Settings,
    urls: Urls,
) -> Services:
    """Return the services over that storage; *urls* are the addresses in their answers."""
    database, clock, passwords = storage.database, calendar.clock, Passwords()
    profiles = Profiles(database, clock)
    audit, sessions = Audit(database, clock), Sessions(database, clock, passwords)
    logs = LogPages(database, audit, calendar, urls)
    chosen_facts = ChosenFacts(database, audit, clock)
    minimum = settings.minimum_agent_version
    enrollment_tokens = EnrollmentTokens(database, clock)
    releases = ReleaseFolder(settings.downloads)
    fleet = DeviceFleet(database, clock, minimum, releases.newest)
    employees = Employees(database, calendar, settings.grace, chosen_facts, fleet, minimum)
    mail_server, networks = MailServer.of(settings), settings.outgoing_networks
    link_mail = LinkMail(mail_server, clock, urls, settings.public_url)
    pdf_files = PdfFiles(str(settings.screenshots_place), settings.pdf_font)
    return Services(
        passwords=passwords,
        sessions=sessions,
        first_run=FirstRun(database, clock, passwords, sessions),
        oidc=_oidc(storage, clock, sessions, passwords, settings, urls),
        second_factor=SecondFactor(database, clock),
        users=Users(database, clock),
        account_links=AccountLinks(database, clock, passwords, link_mail),
        link_mail=link_mail,
        own_password=OwnPassword(database, clock, passwords),
        session_list=SessionList(database, clock),
        teams=Teams(database, clock),
        api_keys=ApiKeys(database, clock),
        enrollment_tokens=enrollment_tokens,
        blocks=Blocks(database, clock),
        fleet=fleet,
        releases=releases,
        add_devices=AddDevices(enrollment_tokens, releases, settings),
        audit=AuditPages(database),
        holds=LegalHolds(database, clock),
        retention_history=RetentionHistory(database),
        presence=PresenceOverview(database, calendar, settings.grace, minimum),
        employees=employees,
        employee_days=EmployeeDays(database, employees, audit, calendar, settings.grace, urls),
        profiles=profiles,
        employee_imports=EmployeeImports(database, clock),
        schedules=Schedules(database, clock),
        team_days=TeamDays(database, calendar),
        holidays=HolidayChoices(database, clock),
        leave=Leave(database, calendar),
        leave_feeds=LeaveFeeds(database, calendar, settings.outgoing_networks),
        leave_import=LeaveImports(database, clock),
        attendance=AttendancePages(database, audit, calendar),
        attendance_count=AttendanceCount(database, calendar),
        logs=logs,
        places=Places(database, audit, calendar),
        facts=FactPages(database, audit, calendar),
        chosen_facts=chosen_facts,
        fact_views=FactViews(database, clock),
        fact_alerts=FactAlerts(database, audit, clock),
        alerts=AlertPages(database),
        alert_rules=AlertRules(database, clock),
        subscriptions=Subscriptions(database, clock),
        channels=Channels(database, clock, networks, mail=mail_server is not None),
        delivery=Delivery(database, clock, mail_server, networks),
        screenshot_views=ScreenshotViews(logs, audit, store, Thumbnails(store, image_pool)),
        csv_exports=CsvExports(database, audit, calendar),
        attendance_pdf=AttendancePdf(database, audit, calendar, settings.pdf_font),
        pdf_exports=PdfExports(database, store, audit, calendar, urls, pdf_files),
        employee_export=EmployeeExport(database, store, clock, Periods.of(settings)),
        my_sessions=MySessions(database, audit, clock, urls),
        departures=Departures(database, store, calendar, settings.audit_retention_days),
        leaver_links=LeaverLinks(database, clock, urls),
        make_scim=partial(_scim, database, clock, profiles),
        is_sample=storage.is_sample,
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
