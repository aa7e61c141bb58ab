"""Adding devices: a token, and everything that is pushed with it, in one step."""

from typing import NamedTuple

from wfhserver.devices.bundles import BundleMaker, read_ca
from wfhserver.devices.downloads import ReleaseFolder
from wfhserver.devices.enrollment_tokens import EnrollmentTokens
from wfhserver.errors import Code, Refusal
from wfhserver.models.bundles import BundleOptions, DeviceBundle, Notice
from wfhserver.models.users import User
from wfhserver.settings import Settings


class TokenLimits(NamedTuple):
    """What a new token allows; see EnrollmentChanges.create."""

    label: str
    expires_days: int | None
    use_limit: int | None
    needs_approval: bool
    team_id: int | None


class AddDevices:
    """Creates tokens with the files and steps to push."""

    def __init__(
        self, tokens: EnrollmentTokens, releases: ReleaseFolder, settings: Settings
    ) -> None:
        self._tokens = tokens
        self._releases = releases
        self._settings = settings

    def options(self) -> BundleOptions:
        """Return what the server knows before anything is created."""
        file, problem = self._settings.agent_ca_file, None
        try:
            read_ca(file)
        except ValueError as error:
            problem = str(error)
        return BundleOptions(
            self._settings.public_url, None if file is None else file.name, problem
        )

    async def create(
        self, admin: User, url: str, notice: Notice, limits: TokenLimits
    ) -> DeviceBundle:
        """Create a token, and return its bundle; Refusal for what agents would refuse."""
        try:
            maker = bundle_maker(url, notice, self._settings, self._releases)
        except ValueError as error:
            raise Refusal(Code.INVALID_FIELD, str(error), field="url") from error
        async with self._tokens.changes_by(admin) as changes:
            created = await changes.create(**limits._asdict())
        return maker.make(*created)


def bundle_maker(
    url: str, notice: Notice, settings: Settings, releases: ReleaseFolder
) -> BundleMaker:
    """Return what makes the bundle of this server; ValueError as BundleMaker."""
    return BundleMaker(
        url,
        ca_file=settings.agent_ca_file,
        notice=notice,
        retention_days=settings.retention_days,
        version=releases.newest_text(),
    )
