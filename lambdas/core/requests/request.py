"""The run request, read whether or not it can be run, and checked before anything is paid for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from lambdas.contract import FEW_SHOT_WORDS, DecimalMark, RunRequest, Task
from lambdas.contract.run_request import request_keys
from lambdas.contract.schema import AnswerSpec, Setting
from lambdas.core.answers.patterns import pattern_error
from lambdas.core.dataset.golds import UNSCORED_AT_MOST, Asked, Reading
from lambdas.core.errors import RequestError
from lambdas.core.models.availability import PaidRun
from lambdas.core.models.base import Family, Form
from lambdas.core.prompts.templates import template_problems
from lambdas.core.requests.design import design_problems, with_design
from lambdas.core.requests.model_choice import choose_model
from lambdas.core.requests.model_fields import model_fields_problems
from lambdas.core.requests.rules import key_of, location_problem, readable_key, sampling_problems
from lambdas.core.sampling.plan import settings_of
from lambdas.core.text import encodable, shown

# Compared with `paths`, so not checked if that has the wrong type.
_COMPARED_WITH_PATHS = {"waves", "budget"}


@dataclass(frozen=True, slots=True)
class UncheckedRequest:
    """What is known of a request that may yet be refused.

    Its dataset and exemplars are read all the same, so that one error names all problems.

    Attributes:
        content: as JSON gave it.
        model_id: that it names; `None` for the stack's.
        dataset_key: of the dataset; `None` if the request names none that may be read.
        few_shot_key: of an exemplars file; `None` if the request names none that may be read.
        zero_shot: whether it asks for a prompt without exemplars.
        limit: the most questions to read, `None` for all.
        named_task: the task that it names.
        task: the task that it names or implies; `None` to infer it from the dataset.
        template: of the prompt.
        variants: its votes beside the plain majority.
        asked: what it says of how the dataset is read.
    """

    content: object
    model_id: str | None
    dataset_key: str | None
    few_shot_key: str | None
    zero_shot: bool
    limit: int | None
    named_task: Task | None
    task: Task | None
    template: str | None
    variants: tuple[object, ...]
    asked: Asked


def read_unchecked(content: object, bucket: str) -> UncheckedRequest:
    """Return what is known of a request; `bucket` is the stack's."""
    request = content if isinstance(content, dict) else {}
    limit, template, variants = (request.get(key) for key in ("limit", "template", "variants"))
    named_task = next((task for task in get_args(Task) if request.get("task") == task), None)
    # A pattern or a JSON key implies "exact".
    is_exact = named_task is None and bool(request.get("pattern") or request.get("json_key"))
    few_shot, model_id = request.get("few_shot"), request.get("model_id")
    task: Task | None = "exact" if is_exact else named_task
    return UncheckedRequest(
        content=content,
        model_id=model_id if isinstance(model_id, str) else None,
        dataset_key=readable_key("dataset", request.get("dataset"), bucket),
        few_shot_key=(
            None if few_shot in FEW_SHOT_WORDS else readable_key("few_shot", few_shot, bucket)
        ),
        zero_shot=few_shot == "none",
        limit=limit if isinstance(limit, int) else None,
        named_task=named_task,
        task=task,
        template=template if isinstance(template, str) else None,
        variants=tuple(variants) if isinstance(variants, list) else (),
        asked=_asked(request, task),
    )


def _asked(request: Mapping[str, Any], task: Task | None) -> Asked:
    """Return what a request says of its dataset, without values of a wrong type."""
    marks = get_args(DecimalMark)
    mark = next((mark for mark in marks if request.get("decimal_mark") == mark), None)
    share, seed = request.get("unscored_at_most"), request.get("seed")
    in_range = isinstance(share, int | float) and 0 <= share <= 1
    return Asked(
        task,
        mark,
        float(share) if in_range and share is not None else UNSCORED_AT_MOST,
        seed if isinstance(seed, int) else 0,
    )


@dataclass(frozen=True, slots=True)
class CheckedRequest:
    """A request that can be run, with what follows from it.

    Attributes:
        request: with the values of its design, and its jobs at once at most the stack's.
        family: of the model.
        form: of the records.
        model_id: as the request or the stack gives it.
        foundation_model: the bare id of the model behind it, `None` if that is not known.
        settings: greedy first, then by temperature.
        dataset_key: of the dataset, in the stack's bucket.
    """

    request: RunRequest
    family: Family
    form: Form
    model_id: str
    foundation_model: str | None
    settings: tuple[Setting, ...]
    dataset_key: str

    def answer_spec(self, reading: Reading) -> AnswerSpec:
        """Return how answers to the questions of a dataset are read."""
        request = self.request
        return AnswerSpec(
            reading.task,
            request.pattern,
            request.json_key,
            "confidence" in request.variants,
            reading.decimal_mark,
            reading.yes_no,
        )


def check_request(
    content: object,
    *,
    bucket: str,
    default_model: str,
    most_jobs_at_once: int,
    model_behind: Callable[[str], str | None],
    paid: PaidRun | None = None,
) -> CheckedRequest:
    """Return the request with its model and settings.

    Args:
        content: the request as JSON gave it.
        bucket: the stack's, which holds dataset and exemplars.
        default_model: the stack's model id, for a request that names none.
        most_jobs_at_once: how many jobs the stack runs at once.
        model_behind: returns the model of an application profile's ARN, `None` if it cannot.
        paid: the run, `None` for one that is not paid for.

    Raises:
        RequestError: with every problem at once.
    """
    given, problems = parse_request(content)
    request = with_design(given)
    model = choose_model(request, request.model_id or default_model, model_behind, paid)
    problems += [
        *design_problems(given),
        *sampling_problems(request, most_jobs_at_once),
        *_location_problems(request, bucket),
        *_answer_problems(request),
        *model_fields_problems(request.fields_of_model),
        *model.problems,
    ]
    if problems or model.family is None or model.form is None:
        raise RequestError(problems)
    jobs_at_once = min(request.jobs_at_once, most_jobs_at_once)
    return CheckedRequest(
        request=request.model_copy(update={"jobs_at_once": jobs_at_once}),
        family=model.family,
        form=model.form,
        model_id=model.model_id,
        foundation_model=model.foundation,
        settings=tuple(
            settings_of(request.greedy, request.temperatures, request.paths, mix=request.mix)
        ),
        dataset_key=key_of(request.dataset, bucket),
    )


def parse_request(content: object) -> tuple[RunRequest, list[str]]:
    """Return the request without its keys of a wrong type, and the problems of these keys."""
    if not isinstance(content, dict):
        raise RequestError(
            [f"the request is {shown(content)}, must be a JSON object with at least a dataset"]
        )
    # pydantic does not say which name holds half a surrogate pair.
    readable = {key: value for key, value in content.items() if encodable(key)}
    unreadable = [_unknown_key(key) for key in content if key not in readable]
    try:
        return RunRequest.model_validate(readable), unreadable
    except ValidationError as error:
        details = error.errors()
    wrong = {detail["loc"][0] for detail in details}
    if "paths" in wrong:
        wrong |= _COMPARED_WITH_PATHS
    rest = {key: value for key, value in readable.items() if key not in wrong}
    # pydantic refuses a value of none of several types once per type.
    problems = list(dict.fromkeys(_type_problem(detail, readable) for detail in details))
    return RunRequest.model_validate({"dataset": "?", **rest}), [*unreadable, *problems]


def _type_problem(detail: ErrorDetails, content: Mapping[str, object]) -> str:
    first, *rest = detail["loc"]
    key, fields = str(first), request_keys()
    if detail["type"] == "extra_forbidden" and not rest:
        return _unknown_key(key)
    expected = fields[key].description
    if _has_several_types(key):
        return f"{key} is {shown(content[key])}, must be {expected}"
    where = key + "".join(f"[{_cut(part)}]" for part in rest)
    # pydantic gives what the value is missing in, not the value.
    value = "missing" if detail["type"] == "missing" else shown(detail["input"])
    return f"{where} is {value}, must be {expected}"


def _unknown_key(key: str) -> str:
    meant = get_close_matches(key.lower().replace("-", "_"), request_keys(), n=1)
    if meant:
        return f"{_cut(key)} is no key of a request; did you mean {meant[0]}?"
    known = ", ".join(request_keys())
    return f"{_cut(key)} is no key of a request; known keys: {known}; correct or remove it"


def _cut(name: object) -> str:
    """Return the name of a key, or an index, cut where it is long, without quotes."""
    text = shown(name)
    return text[1:].removesuffix('"') if isinstance(name, str) else text


def _has_several_types(key: str) -> bool:
    """Return whether a key's value may be of several types, beside null."""
    annotation = request_keys()[key].annotation
    types = get_args(annotation) if get_origin(annotation) in {Union, UnionType} else ()
    return len([each for each in types if each is not NoneType]) > 1


def _location_problems(request: RunRequest, bucket: str) -> list[str]:
    """Return which of the files that the request names may not be read."""
    locations = {"dataset": request.dataset}
    if request.few_shot not in FEW_SHOT_WORDS:
        locations["few_shot"] = request.few_shot
    problems = (location_problem(name, value, bucket) for name, value in locations.items())
    return [problem for problem in problems if problem]


def _answer_problems(request: RunRequest) -> list[str]:
    """Return what is wrong with the template, and with the keys that locate the answer."""
    problems = template_problems(request.template, request.task, request.few_shot)
    locators = {"pattern": request.pattern, "json_key": request.json_key}
    given = [name for name, value in locators.items() if value is not None]
    if given and request.task not in {None, "exact"}:
        problems.append(
            f'{given[0]} is {shown(locators[given[0]])}, must go with the task "exact" alone; give'
            f' "task": "exact", or remove {given[0]}'
        )
    if len(given) == 2:
        problems.append("pattern and json_key are both given, must be one of them; remove one")
    wrong = pattern_error(request.pattern) if request.pattern is not None else None
    if wrong:
        problems.append(f"pattern is {shown(request.pattern)}, cannot be used: {wrong}")
    return problems
