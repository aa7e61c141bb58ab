"""What the dashboard is told, as types: the OpenAPI document is made of them."""

from wfhserver.service.log_pages import LogDetail, LogPage
from wfhserver.service.presence import Presence

ANSWERS = (Presence, LogPage, LogDetail)
