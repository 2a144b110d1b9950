"""The run request, checked whole before anything is paid for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args

from lambdas.contract import FEW_SHOT_WORDS, RunRequest, Task
from lambdas.core.errors import RequestError
from lambdas.core.extraction.exact import pattern_problem
from lambdas.core.families import Family, Form
from lambdas.core.prompting.templates import template_problems
from lambdas.core.reading import Reading
from lambdas.core.requests.chosen import chosen_model
from lambdas.core.requests.locations import key_of, location_problem
from lambdas.core.requests.sampling import sampling_problems
from lambdas.core.requests.typed import typed_request
from lambdas.core.settings import Setting, settings_of
from lambdas.core.wording import shown


@dataclass(frozen=True, slots=True)
class Checked:
    """A request that can be run, with what follows from it.

    Attributes:
        request: with the stack's model, and no more jobs at once than the stack runs.
        family: of the model.
        form: in which it is asked.
        model_id: as the request or the stack gives it.
        foundation_model: the bare id of the model behind it, `None` where that is not known.
        settings: greedy first, then by temperature.
        dataset_key: of the question set, in the stack's bucket.
    """

    request: RunRequest
    family: Family
    form: Form
    model_id: str
    foundation_model: str | None
    settings: tuple[Setting, ...]
    dataset_key: str

    def reading(self, task: Task) -> Reading:
        """Return how answers of this task are read."""
        asked = self.request
        return Reading(task, asked.pattern, asked.json_key, "confidence" in asked.variants)


def task_asked(given: object) -> Task | None:
    """Return the task that a request, refused or not, asks for; `None` to tell it from the set.

    A pattern or a JSON key asks for "exact".
    """
    if not isinstance(given, dict):
        return None
    asked = next((task for task in get_args(Task) if given.get("task") == task), None)
    return "exact" if asked is None and (given.get("pattern") or given.get("json_key")) else asked


def check_request(
    given: object,
    *,
    bucket: str,
    default_model: str,
    most_jobs_at_once: int,
    model_behind: Callable[[str], str | None],
) -> Checked:
    """Return the request with its model and settings.

    Args:
        given: the request as JSON gave it.
        bucket: the stack's bucket, where question set and exemplars lie.
        default_model: the stack's model id, where the request names none.
        most_jobs_at_once: how many jobs the stack runs at once.
        model_behind: tells the model of an application profile's ARN, `None` where it cannot.

    Raises:
        RequestError: with every problem at once.
    """
    request, problems = typed_request(given)
    model = chosen_model(request, request.model_id or default_model, model_behind)
    problems += [
        *sampling_problems(request, most_jobs_at_once),
        *_unreadable(request, bucket),
        *_unread(request),
        *model.problems,
    ]
    if problems or model.family is None or model.form is None:
        raise RequestError(problems)
    return Checked(
        request=request.model_copy(
            update={
                "model_id": model.model_id,
                "jobs_at_once": min(request.jobs_at_once, most_jobs_at_once),
            }
        ),
        family=model.family,
        form=model.form,
        model_id=model.model_id,
        foundation_model=model.foundation,
        settings=tuple(settings_of(request.greedy, request.temperatures, request.paths)),
        dataset_key=key_of(request.dataset, bucket),
    )


def _unreadable(request: RunRequest, bucket: str) -> list[str]:
    """Return which of the files that the request names may not be read."""
    named = {"dataset": request.dataset}
    if request.few_shot not in FEW_SHOT_WORDS:
        named["few_shot"] = request.few_shot
    told = (location_problem(name, value, bucket) for name, value in named.items())
    return [problem for problem in told if problem]


def _unread(request: RunRequest) -> list[str]:
    """Return what is wrong with where the answer is to be read, and with the template."""
    problems = template_problems(request.template, request.task, request.few_shot)
    given = {"pattern": request.pattern, "json_key": request.json_key}
    named = [name for name, value in given.items() if value is not None]
    if named and request.task not in {None, "exact"}:
        problems.append(
            f'{named[0]} is {shown(given[named[0]])}, must go with the task "exact" alone; give'
            f' "task": "exact", or remove {named[0]}'
        )
    if len(named) == 2:
        problems.append("pattern and json_key are both given, must be one of them; remove one")
    wrong = pattern_problem(request.pattern) if request.pattern is not None else None
    if wrong:
        problems.append(f"pattern is {shown(request.pattern)}, cannot be used: {wrong}")
    return problems
