"""What a run depends on in the deployed stack: variables of Plan, and one of the stack's outputs.

The stack sets them, Plan reads them from its environment, and the client from the output.
"""

import json
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from lambdas.contract.answered_by import AnsweredBy


def _split(ids: object) -> object:
    """Split at commas what the stack joined with them."""
    return tuple(filter(None, ids.split(","))) if isinstance(ids, str) else ids


def _parsed(given: object) -> object:
    """Read the JSON text in which the stack writes a list of objects."""
    return json.loads(given or "[]") if isinstance(given, str) else given


Ids = Annotated[tuple[str, ...], BeforeValidator(_split)]


class StackVariables(BaseModel):
    """The account's quotas, the defaults of a request, and what runs may cost."""

    model_config = ConfigDict(frozen=True)

    default_model: str
    jobs_at_once: int
    min_records: int
    max_records: int
    max_input_mib: int
    rehearsal: bool = False
    answered_by: Annotated[tuple[AnsweredBy, ...], BeforeValidator(_parsed)] = ()
    """Who answers in a rehearsal; empty on AWS, where the model that a run names does."""
    max_run_usd: float | None = None
    """The most that a run may cost, in USD; `None` without a limit."""
    max_upload_usd: float | None = None
    """The most that a run started by upload may cost, in USD; `None` without a limit of its own."""
    granted_regions: Ids = ()
    """The Regions in which policies allow models; empty if they allow them in every Region."""
    models_for_uploads: Ids = ()
    """Ids of models, or how they begin, for runs started by upload; empty for any."""
    aws_region: str | None = None
    """Its own Region, which Lambda sets and no setting does; `None` where it is not known."""
