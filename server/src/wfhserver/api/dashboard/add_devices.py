"""Adding devices: the bundle to push, the release to download, and who has come already."""

import asyncio
from collections.abc import Iterator
from typing import BinaryIO

from fastapi import APIRouter
from starlette.responses import Response, StreamingResponse

from wfhserver.api.dashboard.enrollment import NewEnrollmentToken
from wfhserver.api.dashboard.files import attachment, file_answer
from wfhserver.api.dashboard.rights import Admin, AdminOrAuditor
from wfhserver.api.dashboard.services import Dashboard
from wfhserver.api.declared import DeclaredRoute, refuses
from wfhserver.devices.add_devices import TokenLimits
from wfhserver.devices.downloads import CHUNK_BYTES
from wfhserver.devices.new_notice import NewNotice
from wfhserver.errors import Code
from wfhserver.inputs import Number, Text
from wfhserver.models.bundles import BundleOptions, DeviceBundle, Downloads, Notice, TokenDevices

router = APIRouter(prefix="/api", tags=["dashboard"], route_class=DeclaredRoute)
_BINARY = "application/octet-stream"


class NewBundle(NewEnrollmentToken):
    """The token, the address at which agents reach this server, and the notice.

    The employees of its devices join *team*.
    """

    url: Text
    team: Number | None = None
    notice: NewNotice = NewNotice()


@router.get("/device-bundles")
async def bundle_options(_: Admin, services: Dashboard) -> BundleOptions:
    """Show the address of the server and the certificate authority that bundles have."""
    return services.add_devices.options()


@router.post("/device-bundles", status_code=201)
@refuses(Code.NOT_FOUND)
async def create_bundle(admin: Admin, new: NewBundle, services: Dashboard) -> DeviceBundle:
    """Create an enrollment token, with the files and steps to push it to devices."""
    limits = TokenLimits(
        label=new.label,
        expires_days=new.expires_days,
        use_limit=new.use_limit,
        needs_approval=new.needs_approval,
        team_id=new.team,
    )
    notice = Notice(**new.notice.model_dump())
    return await services.add_devices.create(admin, new.url, notice, limits)


@router.get("/enrolment-tokens/{token_id}/devices")
@refuses(Code.NOT_FOUND)
async def devices_of_token(
    _: AdminOrAuditor, token_id: Number, services: Dashboard
) -> TokenDevices:
    """List the newest devices that enrolled with a token."""
    return await services.enrollment_tokens.devices_of(token_id)


@router.get("/downloads")
async def downloads(_: Admin, services: Dashboard) -> Downloads:
    """List the files of the release that this server offers, with their SHA-256."""
    # Hashing a new release takes seconds.
    return await asyncio.to_thread(services.releases.contents)


@router.get("/downloads/{name}", responses=file_answer("A file of the release", _BINARY))
@refuses(Code.NOT_FOUND)
async def download(_: Admin, name: Text, services: Dashboard) -> Response:
    """Download a file of the release."""
    file, size = services.releases.open(name)
    headers = attachment(name) | {"Content-Length": str(size)}
    return StreamingResponse(_chunks(file), media_type=_BINARY, headers=headers)


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
