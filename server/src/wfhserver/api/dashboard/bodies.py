"""What the dashboard sends; msgspec checks the bodies against these types."""

from typing import Annotated

import msgspec
from msgspec import Meta

from wfhserver.payload import Name
from wfhserver.service.passwords import MOST_CHARACTERS


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Name and password."""

    username: Name
    password: Annotated[str, Meta(min_length=1, max_length=MOST_CHARACTERS)]


BODIES = (SignIn,)
