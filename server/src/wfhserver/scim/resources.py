"""The resources that identity providers see: what of SCIM's schemas the directory has."""

from typing import Annotated, Any, ClassVar, Final
from zoneinfo import available_timezones

from pydantic import Field
from scim2_models import (
    URN,
    AnyExtension,
    AuthenticationScheme,
    Bulk,
    CaseExact,
    ChangePassword,
    ComplexAttribute,
    ETag,
    Extension,
    Filter,
    Mutability,
    Patch,
    Reference,
    Required,
    Resource,
    ResourceType,
    ScimPolicy,
    ScimProvider,
    ServiceProviderConfig,
    Sort,
    Uniqueness,
)

from wfhserver.employees.countries import COUNTRIES

MAX_RESULTS: Final = 200
FILTER_LIMIT: Final = 512
BODY_LIMIT_BYTES: Final = 256 * 1024
# What a provider sends and the directory does not have is left out; the others are what Microsoft
# Entra sends.
POLICY: Final = ScimPolicy(
    unknown=ScimPolicy.Unknown.ignore,
    remove_value_as_filter=ScimPolicy.RemoveValue.apply,
    unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create,
)
WORK: Final = "work"


class Email(ComplexAttribute):
    """The e-mail address; there is one."""

    value: str | None = None
    type: str | None = Field(default=None, examples=[WORK])


class Address(ComplexAttribute):
    """Where somebody works, which public holidays depend on; there is one."""

    type: str | None = Field(default=None, examples=[WORK])
    # Of ISO 3166-1 with two letters.
    country: str | None = Field(default=None, examples=sorted(COUNTRIES))
    # Of ISO 3166-2 without the country.
    region: str | None = Field(default=None, examples=["9", "BY", "CA"])


class User(Resource[AnyExtension]):
    """An employee."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:User")

    user_name: Annotated[str | None, Required.true, Uniqueness.server, Mutability.immutable] = None
    display_name: str | None = None
    # Always has a value; on input, it may be missing.
    active: Annotated[bool | None, Required.true] = None
    timezone: str | None = Field(default=None, examples=sorted(available_timezones()))
    emails: list[Email] | None = None
    addresses: list[Address] | None = None

    Emails: ClassVar[type[ComplexAttribute]] = Email
    Addresses: ClassVar[type[ComplexAttribute]] = Address


class Manager(ComplexAttribute):
    """Somebody's manager, who is an employee as well."""

    value: Annotated[str | None, CaseExact.true] = None
    ref: Reference["User"] | None = Field(  # type: ignore[type-arg]
        default=None, serialization_alias="$ref", validation_alias="$ref"
    )


class EnterpriseUser(Extension):
    """What companies know of an employee."""

    __schema__ = URN("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User")

    manager: Manager | None = None


class GroupMember(ComplexAttribute):
    """An employee in a team."""

    value: Annotated[str | None, Mutability.immutable, CaseExact.true] = None
    ref: Annotated[Reference["User"] | None, Mutability.immutable] = Field(  # type: ignore[type-arg]
        default=None, serialization_alias="$ref", validation_alias="$ref"
    )
    type: Annotated[str | None, Mutability.immutable] = Field(default=None, examples=["User"])


class Group(Resource[Any]):
    """A team."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:Group")

    display_name: Annotated[str | None, Required.true, Uniqueness.server] = None
    members: list[GroupMember] | None = None

    Members: ClassVar[type[ComplexAttribute]] = GroupMember


Employee = User[EnterpriseUser]

CONFIG: Final = ServiceProviderConfig(
    patch=Patch(supported=True),
    bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
    filter=Filter(supported=True, max_results=MAX_RESULTS),
    change_password=ChangePassword(supported=False),
    sort=Sort(supported=False),
    etag=ETag(supported=False),
    authentication_schemes=[
        AuthenticationScheme(
            type=AuthenticationScheme.Type.oauthbearertoken,
            name="API key",
            description="An API key with the scope scim, as a bearer token.",
            primary=True,
        )
    ],
)
PROVIDER: Final = ScimProvider(
    models=[User, EnterpriseUser, Group],
    resource_types=[
        ResourceType.from_resource(Employee),
        ResourceType.from_resource(Group),
    ],
    config=CONFIG,
    policy=POLICY,
)
