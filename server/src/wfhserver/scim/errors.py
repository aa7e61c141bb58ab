"""Errors in SCIM's form."""

from pydantic import ValidationError
from scim2_models import Error, SCIMException

from wfhserver.errors import Code, Refusal
from wfhserver.scim.user_fields import ATTRIBUTES


def error_of(error: SCIMException | ValidationError) -> Error:
    """Return what SCIM's own checks found."""
    if isinstance(error, SCIMException):
        return error.to_error()
    first = error.errors()[0]
    # Models of the directory name their fields in their own way.
    where = tuple(ATTRIBUTES.get(str(part), part) for part in first["loc"])
    return Error.from_validation_errors([{**first, "loc": where}])[0]


def refusal_error(refusal: Refusal, status: int) -> Error:
    """Return a Refusal of the directory, which has *status* elsewhere."""
    attribute = ATTRIBUTES.get(refusal.field or "", refusal.field)
    detail = refusal.detail if attribute is None else f"{attribute}: {refusal.detail}"
    if refusal.code is Code.INVALID_FIELD:
        return Error(status=400, scim_type="invalidValue", detail=detail)
    scim_type = "uniqueness" if refusal.code is Code.CONFLICT else None
    return Error(status=status, scim_type=scim_type, detail=detail)
