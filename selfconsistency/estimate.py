"""Estimate what a run costs, at the prices and limits of Plan, without starting anything."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from botocore.exceptions import BotoCoreError
from botocore.exceptions import ClientError as AwsError
from pydantic import ValidationError
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from lambdas.contract import usd
from lambdas.contract.answered_by import AnsweredBy, is_rehearsed, names_of
from lambdas.contract.costs import Estimate, ModelPrices, SettingEstimate
from lambdas.contract.stack import StackVariables
from lambdas.core.costs.estimate import run_remarks
from lambdas.core.prices import sum_known
from lambdas.core.requests.start import Uploaded
from lambdas.core.text import count_of
from selfconsistency.connection import Stack
from selfconsistency.local_plan import WITHOUT_STACK, read_locally
from selfconsistency.shell import ClientError, complain, one_line, print_line
from selfconsistency.start import StartedBy

_SHOWN_SETTINGS = 6
_UNLIMITED: Mapping[str, None] = {"max_run_usd": None, "max_upload_usd": None}


class FoundStack(msgspec.Struct, frozen=True):
    """What is known of the deployed stack.

    Attributes:
        max_run_usd: its limit of a run; `None` without one.
        max_upload_usd: its limit of a run started by upload; `None` without one of its own.
        remark: what these limits are, or why they were not looked at.
    """

    max_run_usd: float | None
    max_upload_usd: float | None
    remark: str


class Estimated(msgspec.Struct, frozen=True):
    """What a run would cost.

    Attributes:
        model_id: of the run; "" if it cannot be planned at all, and in a rehearsal without one.
        questions: of the run.
        labelled: those with a known answer.
        estimate: its figures; `None` if it cannot be planned at all.
        prices: that these are reckoned by; `None` where they are not known.
        stack: the limits.
        problems: why Plan would refuse it; none if it would not.
        answered_by: who would answer.
    """

    model_id: str
    questions: int
    labelled: int
    estimate: Estimate | None
    prices: ModelPrices | None
    stack: FoundStack
    problems: tuple[str, ...]
    answered_by: tuple[AnsweredBy, ...] = ()


def estimate_run(
    questions: Path, request: Mapping[str, Any], by: StartedBy, find: Callable[[], Stack]
) -> Estimated:
    """Return what a run would cost, and why it would be refused.

    Args:
        questions: the dataset.
        request: the other keys of a run's request; `few_shot` may be a local file.
        by: how the run would be started; a run by upload has a limit of its own.
        find: returns the deployed stack; without one, the app's defaults and no limits apply.

    Raises:
        ClientError: the exemplars cannot be read.
    """
    variables, remark = _variables(find)
    found = FoundStack(variables.max_run_usd, variables.max_upload_usd, remark)
    whole = read_locally(questions, request)
    # Figures are shown even of a run that the limits refuse.
    free = variables.model_copy(update=_UNLIMITED)
    shown = whole.without("max_cost_usd").plan(free).planned
    problems = whole.plan(variables, _uploaded(request) if by == "upload" else None).problems
    if shown is None:
        return Estimated("", 0, 0, None, None, found, problems)
    plan, model_id = shown.plan, shown.request.model_id or ""
    figures = (plan.questions, plan.labelled, plan.estimate, plan.prices)
    return Estimated(model_id, *figures, found, problems, plan.answered_by)


def show_estimate(estimated: Estimated, console: Console) -> None:
    """Print what a run would cost, and on the standard error stream why it would be refused."""
    found = estimated.estimate
    if found is not None:
        questions = count_of(estimated.questions, "question")
        counts = f"{questions}, {estimated.labelled:,} with a right answer"
        rehearsed = is_rehearsed(estimated.answered_by)
        who = f"answered by {names_of(estimated.answered_by)}" if rehearsed else ""
        for line in filter(None, (counts, who, estimated.model_id)):
            print_line(console, line)
        console.print(_table(found, _cost_heads(estimated)))
        assumptions = _assumptions(estimated, found)
        remarks = "; ".join(run_remarks(found)).split("; ")
        for line in filter(None, (*assumptions, *remarks, estimated.stack.remark)):
            print_line(console, line)
    if estimated.problems:
        complain("\n".join(estimated.problems))


def _variables(find: Callable[[], Stack]) -> tuple[StackVariables, str]:
    """Return the stack's variables, and what is to be said of its limits."""
    not_seen = "the stack's limits were not looked at"
    try:
        stack = find()
        stated = StackVariables.model_validate_json(stack.settings)
        variables = stated.model_copy(update={"aws_region": stack.region})
    except ValidationError:
        return WITHOUT_STACK, f"{not_seen}: it does not state its settings; deploy it again"
    except (ClientError, AwsError, BotoCoreError) as error:
        return WITHOUT_STACK, f"{not_seen}: {one_line(str(error))}"
    if variables.rehearsal:
        return variables, f"stack {stack.name} is a rehearsal, without limits of cost"
    limits = (variables.max_run_usd, variables.max_upload_usd)
    run, upload = ("none" if limit is None else usd(limit) for limit in limits)
    return variables, f"limits of stack {stack.name}: max_run_usd {run}, max_upload_usd {upload}"


def _uploaded(request: Mapping[str, Any]) -> Uploaded:
    """Return what would be uploaded: without a key of a request, the dataset is enough."""
    return "request" if request else "dataset"


def _cost_heads(estimated: Estimated) -> tuple[str, ...]:
    """Return how the amounts are called; none in a rehearsal without prices."""
    if not is_rehearsed(estimated.answered_by):
        return ("expected", "at most")
    return ("would cost", "at most") if estimated.prices else ()


def _table(found: Estimate, cost_heads: tuple[str, ...]) -> Table:
    table = Table("setting", box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for column in ("paths", "records", "M tokens in", "M out", *cost_heads):
        table.add_column(column, justify="right")
    for name, settings in _grouped(found):
        cells = _row(name, settings)
        table.add_row(*cells[: len(table.columns)])
    return table


def _grouped(found: Estimate) -> Iterator[tuple[str, tuple[SettingEstimate, ...]]]:
    """Yield each row's name and what it sums up: settings, the pilot, all of them."""
    shown, more = found.settings[:_SHOWN_SETTINGS], found.settings[_SHOWN_SETTINGS:]
    pilot = (found.pilot,) if found.pilot else ()
    for each in shown:
        yield each.setting, (each,)
    if more:
        yield f"{len(more)} more", more
    for each in pilot:
        yield each.setting, (each,)
    if len(found.settings) + len(pilot) > 1:
        yield "all", (*found.settings, *pilot)


def _row(name: str, settings: tuple[SettingEstimate, ...]) -> tuple[str, ...]:
    tokens = (sum(each.tokens_in for each in settings), sum(each.tokens_out for each in settings))
    costs = (
        sum_known(each.cost_usd for each in settings),
        sum_known(each.ceiling_usd for each in settings),
    )
    return (
        name,
        f"{sum(each.paths for each in settings):,}",
        f"{sum(each.records for each in settings):,}",
        *(f"{count / 1e6:,.3f}" for count in tokens),
        *map(usd, costs),
    )


def _assumptions(estimated: Estimated, found: Estimate) -> Iterator[str]:
    prices = estimated.prices
    yield (
        f"tokens of a prompt: about {found.prompt_tokens:,}; of a completion:"
        f" {found.completion_tokens:,}, at most {found.max_tokens:,}"
    )
    if prices is None and is_rehearsed(estimated.answered_by):
        return
    if prices is None:
        yield """prices are not known: give --prices '{"input": …, "output": …}'"""
        return
    as_of = f"of {prices.as_of}" if prices.as_of else "given in the request"
    per_million = f"{prices.batch_input:g} in and {prices.batch_output:g} out in batch"
    if all(each.on_demand == each.records for each in found.settings):
        per_million = f"{prices.input:g} in and {prices.output:g} out on demand"
    yield f"prices {as_of}, in USD per million tokens: {per_million}"
