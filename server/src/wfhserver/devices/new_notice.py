"""The notice of a new bundle, as the page and the command line take it."""

from typing import Annotated

from pydantic import Field

from wfhserver.inputs import Input, Text

_LONGEST_NOTICE = 8000


class NewNotice(Input):
    """What the company tells its employees: the table `[notice]` of agent.toml."""

    company: Text = ""
    purpose: Text = ""
    contact: Text = ""
    text: Annotated[str, Field(max_length=_LONGEST_NOTICE)] = ""
    required: bool = False
