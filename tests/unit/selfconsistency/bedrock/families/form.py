"""One InvokeModel form as it is documented."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Form:
    """A model, a body it takes, and its output where the text is "Two.".

    `cut_off` is what changes in it where the text is "Twel", cut off. A model that has `several`,
    the members that ask for two completions, answers both at once. `refused` are changes to the
    body that the model does not take; `texts` are those that it is asked with.
    """

    base_id: str
    body: dict[str, Any]
    output: dict[str, Any]
    cut_off: dict[str, Any]
    refused: list[dict[str, Any]]
    several: dict[str, Any] = field(default_factory=dict)
    texts: tuple[str, ...] = ("Q: 1 + 1?",)
