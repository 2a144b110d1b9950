"""Who really answers a run's prompts: on AWS its model, in a rehearsal someone else."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

BEDROCK: Final = "Amazon Bedrock"
SIMULATED: Final = "simulated"
# Stands wherever figures of made-up answers do.
MADE_UP: Final = "SIMULATED, says nothing about a model"


@dataclass(frozen=True, slots=True)
class AnsweredBy:
    """A model that answers, and where its answers come from.

    Attributes:
        model: its name, such as `qwen2.5:1.5b`.
        source: `Amazon Bedrock`, the URL of an endpoint, `recorded:FILE` or `simulated`.
    """

    model: str
    source: str

    def __str__(self) -> str:
        return self.model if self.model == self.source else f"{self.model} ({self.source})"


# Of a rehearsal that was not told who answers.
UNKNOWN: Final = AnsweredBy("unknown", "unknown")


def is_rehearsed(answered_by: Sequence[AnsweredBy]) -> bool:
    """Return whether someone other than Bedrock answers, so that nothing is paid to AWS."""
    return any(each.source != BEDROCK for each in answered_by)


def made_up_label(answered_by: Sequence[AnsweredBy]) -> str:
    """Return what must stand wherever figures do, "" where a model gave the answers.

    >>> made_up_label([AnsweredBy("simulated", "simulated")])
    'SIMULATED, says nothing about a model'
    """
    return MADE_UP if any(each.source == SIMULATED for each in answered_by) else ""


def as_json(answered_by: Sequence[AnsweredBy]) -> str:
    """Return the text of the variable `ANSWERED_BY` and of the stack's setting; "" for nobody."""
    return msgspec.json.encode(answered_by).decode() if answered_by else ""


def names_of(answered_by: Sequence[AnsweredBy]) -> str:
    """Return who answers, in a line.

    >>> names_of([AnsweredBy("qwen2.5:1.5b", "http://localhost:11434")])
    'qwen2.5:1.5b (http://localhost:11434)'
    """
    return ", ".join(map(str, answered_by))
