"""How a run's answers are read out of its completions: what `plan.json` keeps of the task."""

from dataclasses import dataclass

from lambdas.contract import Task


@dataclass(frozen=True, slots=True)
class Reading:
    """The task, and for `exact` where the answer stands; `None` for its usual places.

    Attributes:
        task: of the run.
        pattern: an RE2 regular expression; its first group, or all it matches, is the answer.
        json_key: the JSON member that holds the answer.
        confidence: whether completions are asked how sure they are, in a line of its own.
    """

    task: Task
    pattern: str | None = None
    json_key: str | None = None
    confidence: bool = False
