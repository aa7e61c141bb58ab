"""Every row of the table in docs/protocol.md."""

import pytest

from wfhagent.deliver.answers import Action, decide
from wfhagent.plugin import Delivery


@pytest.mark.parametrize(
    ("status", "code", "action"),
    [
        (200, "", Action.DONE),
        (201, "", Action.DONE),
        (None, "", Action.KEEP),
        (302, "", Action.KEEP),
        (400, "body_not_json", Action.SET_ASIDE),
        (400, "body_incomplete", Action.SET_ASIDE),
        (401, "token_missing", Action.ENROLL),
        (401, "token_unknown", Action.ENROLL),
        (401, "token_revoked", Action.ENROLL),
        (403, "identity_conflict", Action.NEW_IDENTITY),
        (403, "agent_blocked", Action.WAIT),
        (403, "", Action.KEEP),
        (404, "not_found", Action.KEEP),
        (405, "method_not_allowed", Action.KEEP),
        (408, "", Action.KEEP),
        (413, "body_too_large", Action.SPLIT),
        (415, "unsupported_media_type", Action.SET_ASIDE),
        (422, "invalid_field", Action.SET_ASIDE),
        (422, "screenshot_invalid", Action.SET_ASIDE),
        (422, "outside_retention", Action.SET_ASIDE),
        (425, "", Action.KEEP),
        (429, "too_many_requests", Action.KEEP),
        (500, "", Action.KEEP),
        (502, "", Action.KEEP),
        (503, "database_unavailable", Action.KEEP),
        (507, "screenshot_storage_full", Action.KEEP),
        (799, "", Action.KEEP),
    ],
)
def test_an_answer_leads_to_the_action_of_the_protocol(
    status: int | None, code: str, action: Action
):
    assert decide(Delivery(status=status, code=code)) is action
