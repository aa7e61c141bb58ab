"""PDFs of detailed logs: a request starts one in the background, any worker delivers it."""

import asyncio
import logging
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import msgspec

from wfhserver.audit.log import Audit, Entry
from wfhserver.days import RetentionCalendar
from wfhserver.errors import Code, ExportError, Refusal, WfhserverError
from wfhserver.exports.csv_exports import chosen_zone, named_zone
from wfhserver.exports.pdf.blocks import block_of, broken_block, summary_of
from wfhserver.exports.pdf.letters import apart
from wfhserver.exports.pdf.order import Block, Order
from wfhserver.exports.pdf.process import run
from wfhserver.logs.entries import entry_of
from wfhserver.logs.filters import LogQuery, filter_of
from wfhserver.logs.log_facts import facts_of
from wfhserver.messages import _
from wfhserver.models.urls import LogUrls, Urls
from wfhserver.models.users import User
from wfhserver.screenshots.store import ScreenshotStore
from wfhserver.storage.postgres import export_jobs, exports, log_pages, sample, teams
from wfhserver.storage.postgres.connection import AnyConnection, Database
from wfhserver.storage.postgres.log_pages import StoredLog

log = logging.getLogger(__name__)

ROW_LIMIT: Final = 5000
AT_ONCE: Final = 4
_SILENT = timedelta(minutes=2)
# The file has no row of a log, so the sweep of the orphans takes it when it is an hour old.
_AVAILABLE = timedelta(minutes=50)
# A log, and the facts of plugins that were asked for.
_Log = tuple[StoredLog, dict[str, Any]]


class PdfJob(msgspec.Struct, frozen=True, kw_only=True):
    """How far an export is: `working`, `done` or `failed`, which *problem* explains.

    *rows_taken* is less than *rows_found* where there were more than a PDF takes: the newest.
    """

    job_id: UUID
    state: str
    rows_found: int
    rows_taken: int
    rows_done: int
    row_limit: int
    size_bytes: int | None
    file_url: str | None
    expires_at: datetime
    problem: str | None


@dataclass(frozen=True, slots=True)
class PdfFiles:
    """What a PDF is made of: *screenshots* is the folder or the URL of the store."""

    screenshots: str
    font: Path | None

    @property
    def place(self) -> str:
        """The store; a folder in full, as the process that draws has another working directory."""
        if "://" in self.screenshots:
            return self.screenshots
        return str(Path(self.screenshots).absolute())

    @property
    def font_path(self) -> str | None:
        """The file of the font, in full."""
        return None if self.font is None else str(self.font.absolute())


class PdfExports:
    """Makes PDFs for the users who may see what is in them."""

    def __init__(
        self,
        database: Database,
        store: ScreenshotStore,
        audit: Audit,
        calendar: RetentionCalendar,
        urls: Urls,
        files: PdfFiles,
    ) -> None:
        self._database = database
        self._store = store
        self._audit = audit
        self._calendar = calendar
        self._urls = urls
        self._files = files
        self._tasks: set[asyncio.Task[None]] = set()

    async def begin(
        self, user: User, query: LogQuery, zone: str | None, reason: str | None
    ) -> PdfJob:
        """Begin an export, on record; Refusal for filters that cannot be, or when many run."""
        zone = chosen_zone(zone, self._calendar)
        known = named_zone(zone)
        if known is None:
            raise Refusal(
                Code.INVALID_FIELD, _("Must be a time zone such as Europe/Vienna."), field="zone"
            )
        job_id, now = uuid4(), self._calendar.clock.now()
        async with self._database.transaction() as connection:
            # First: it waits for an erasure in progress, so that no erased employee is in the file.
            await self._check_places(connection, now)
            wanted = await filter_of(connection, user, query, self._calendar)
            counts = await exports.count_by_employee(connection, wanted)
            rows = await log_pages.page(connection, wanted, None, ROW_LIMIT)
            facts = await facts_of(connection, rows, query.fact)
            found_logs = [(row, facts.get(row.key, {})) for row in rows]
            found, taken = sum(counts.values()), len(rows)
            summary = await self._summary(connection, query, (found, taken), zone)
            people = sorted({row.employee_id for row in rows})
            await export_jobs.add(
                connection, job_id, user.user_id, now, rows=(found, taken), employee_ids=people
            )
            entry = Entry(
                actor=user.actor,
                action="export.pdf",
                employee_ids=people,
                reason=reason,
                details={**query.audit_details(people), "rows": taken},
            )
            await self._audit.record(entry, within=connection)
        task = asyncio.create_task(self._make(job_id, user, found_logs, summary, known))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return await self.status(user, job_id)

    async def status(self, user: User, job_id: UUID) -> PdfJob:
        """Return how far it is; Refusal `not_found` when the user has begun no such export."""
        job = await self._find(user, job_id)
        state, problem = job.state, job.problem
        now = self._calendar.clock.now()
        if state == "working" and job.touched_at < now - _SILENT:
            state = "failed"
            problem = _("The server stopped while it created this PDF. Start the export again.")
        return PdfJob(
            job_id=job_id,
            state=state,
            rows_found=job.rows_found,
            rows_taken=job.rows_taken,
            rows_done=job.rows_done,
            row_limit=ROW_LIMIT,
            size_bytes=job.size_bytes,
            file_url=self._urls.export_file(job_id) if state == "done" else None,
            expires_at=job.created_at + _AVAILABLE,
            problem=problem,
        )

    async def file(self, user: User, job_id: UUID) -> bytes:
        """Return the PDF; Refusal `not_found` while there is none, or no longer."""
        job = await self._find(user, job_id)
        if job.state != "done" or job.file_key is None:
            raise Refusal(Code.NOT_FOUND, _("This export is not finished yet."))
        try:
            return await self._store.get(job.file_key)
        except FileNotFoundError:
            raise _expired() from None

    async def _find(self, user: User, job_id: UUID) -> export_jobs.ExportJob:
        async with self._database.connection() as connection:
            job = await export_jobs.find(connection, job_id, user)
        if job is None or job.created_at + _AVAILABLE < self._calendar.clock.now():
            raise _expired()
        return job

    async def _check_places(self, connection: AnyConnection, now: datetime) -> None:
        working = await export_jobs.count_working(
            connection, alive_since=now - _SILENT, forget_before=now - timedelta(days=1)
        )
        if working >= AT_ONCE:
            raise Refusal(
                Code.TOO_MANY_REQUESTS, _("Other exports are running. Try again in a minute.")
            )

    async def _summary(
        self, connection: AnyConnection, query: LogQuery, rows: tuple[int, int], zone: str
    ) -> list[str]:
        is_sample = await sample.is_sample(connection)
        team = None if query.team is None else await teams.lock(connection, query.team)
        return summary_of(query, rows, zone, is_sample=is_sample, team=team)

    async def _make(
        self, job_id: UUID, user: User, rows: list[_Log], summary: list[str], zone: tzinfo
    ) -> None:
        try:
            await self._draw(job_id, user, rows, summary, zone)
        except Exception as error:
            # The border of the task: whatever it was, the job ends now and its place is free.
            log.exception("The PDF %s could not be made", job_id)
            async with self._database.connection() as connection:
                problem = _("{reason} Start the export again.").format(reason=_reason(error))
                await export_jobs.fail(connection, job_id, problem)

    async def _draw(
        self, job_id: UUID, user: User, rows: list[_Log], summary: list[str], zone: tzinfo
    ) -> None:
        now = self._calendar.clock.now()
        local = now.astimezone(zone)
        blocks = [_block(row, facts, zone, self._urls.logs) for row, facts in rows]

        async def on_progress(done: int) -> None:
            async with self._database.connection() as connection:
                await export_jobs.touch(connection, job_id, done, self._calendar.clock.now())

        with tempfile.TemporaryDirectory(prefix="wfhserver-export-") as folder:
            order = Order(
                title=_("Detailed logs, {moment}").format(moment=f"{local:%Y-%m-%d %H:%M}"),
                author=apart(user.username),
                summary=summary,
                made=_made(user, local),
                created_at=local,
                blocks=blocks,
                screenshots=self._files.place,
                font=self._files.font_path,
                output=str(Path(folder) / "logs.pdf"),
            )
            await run(order, on_progress)
            content = await asyncio.to_thread(Path(order.output).read_bytes)
        key = f"{self._calendar.today().isoformat()}/export-{job_id}.pdf"
        await self._store.put(key, content)
        async with self._database.connection() as connection:
            at = self._calendar.clock.now()
            is_wanted = await export_jobs.finish(connection, job_id, key, len(content), at)
        if not is_wanted:
            # Somebody in it was erased while it was made.
            await self._store.delete(key)


def _block(row: StoredLog, facts: dict[str, Any], zone: tzinfo, urls: LogUrls) -> Block:
    try:
        return block_of(entry_of(row, urls, facts=facts), row.screenshot_path, zone)
    except Exception as error:
        # The border of a row: an older server may have stored what this one does not expect.
        log.exception("A log of agent %s cannot be shown in a PDF", row.agent_id)
        return broken_block((row.username, row.hostname), error)


def _reason(error: Exception) -> str:
    if isinstance(error, ExportError):
        return str(error)
    if isinstance(error, WfhserverError | OSError):
        return _("The PDF could not be stored.")
    sentence = _("The PDF could not be created ({error}). The log of the server has details.")
    return sentence.format(error=type(error).__name__)


def _made(user: User, at: datetime) -> str:
    sentence = _("Exported by {user} at {moment}. This export is in the audit log.")
    return sentence.format(user=apart(user.username), moment=f"{at:%Y-%m-%d %H:%M %Z}")


def _expired() -> Refusal:
    return Refusal(
        Code.NOT_FOUND,
        _(
            "This export does not exist, has expired, or contains logs that you can no longer see."
            " Start it again."
        ),
    )
