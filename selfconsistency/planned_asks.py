"""What a run will ask of a source of answers, known before anything is set up."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec

from lambdas.contract.schema import Question, Setting
from lambdas.contract.stack import StackVariables
from lambdas.core.dataset.reader import questions_of
from lambdas.core.errors import RequestError
from lambdas.core.planning import PlannedRun
from lambdas.core.sampling.jobs import RecordSpec
from lambdas.core.sampling.records import record_writer
from selfconsistency.bedrock.answers.source import Asked
from selfconsistency.bedrock.catalogue import EVERYTHING
from selfconsistency.bedrock.errors import ApiError
from selfconsistency.bedrock.families.family import Family, RefusedBodyError
from selfconsistency.bedrock.families.of_model import family_of
from selfconsistency.bedrock.models import Models
from selfconsistency.local_plan import WITHOUT_STACK, local_lines, read_locally

_ONE = RecordSpec(0, 1)
_NO_ACCOUNT = "000000000000"


@dataclass(frozen=True, slots=True)
class PlannedAsk:
    """A question at one temperature of a setting, and what asks for all its paths there at once.

    Attributes:
        text: of the question.
        asked: what asks.
        paths: their numbers in the setting.
    """

    text: str
    asked: Asked
    paths: range

    def by_path(self) -> Iterator[Asked]:
        """Yield what asks for these paths by their numbers; in a mix they do not follow on."""
        if self.paths.step == 1:
            yield self.asked
            return
        for path in self.paths:
            yield replace(self.asked, path=path, count=1)


@dataclass(frozen=True, slots=True)
class PlannedAsks:
    """A run that its request and dataset allow.

    Attributes:
        planned: its plan.
        questions: of the dataset.
        family: how the Bedrock emulator reads records of its model.
    """

    planned: PlannedRun
    questions: tuple[Question, ...]
    family: Family

    @property
    def paths(self) -> int:
        """The most paths that the run asks for."""
        settings = self.planned.plan.settings
        return len(self.questions) * sum(setting.paths for setting in settings)

    @property
    def turns(self) -> int:
        """How many temperatures the records of a question take in turn; 1 without a mix."""
        return max(len(setting.temperatures) for setting in self.planned.plan.settings) or 1

    @property
    def asks_all_paths(self) -> bool:
        """Whether no question can leave before it has all its paths."""
        plan = self.planned.plan
        return plan.stopping.rule == "never" and plan.budget is None

    def __iter__(self) -> Iterator[PlannedAsk]:
        """Yield what is asked, setting by setting."""
        for setting in self.planned.plan.settings:
            yield from self._of_setting(setting)

    def _of_setting(self, setting: Setting) -> Iterator[PlannedAsk]:
        plan = self.planned.plan
        writer = record_writer(plan, setting)
        turns = _paths_by_turn(setting)
        specs = tuple(_ONE._replace(number=turn) for turn in range(len(turns)))
        for question in self.questions:
            lines = b"".join(writer.lines([question], {question.index: specs})).splitlines()
            for line, paths in zip(lines, turns, strict=True):
                record = msgspec.json.decode(line, type=_Record)
                try:
                    asked = self.family.asked(record.id, bytes(record.body))
                except RefusedBodyError:
                    continue
                yield PlannedAsk(question.text, replace(asked, count=len(paths)), paths)


def _paths_by_turn(setting: Setting) -> list[range]:
    """Return the paths of a question at each temperature of a mix, or all of another setting."""
    turns = min(len(setting.temperatures), setting.paths) or 1
    return [range(turn, setting.paths, turns) for turn in range(turns)]


class _Record(msgspec.Struct, frozen=True):
    id: str = msgspec.field(name="recordId")
    body: msgspec.Raw = msgspec.field(name="modelInput")


def plan_asks(
    questions: Path,
    request: Mapping[str, Any],
    variables: StackVariables = WITHOUT_STACK,
    profiles: Mapping[str, str] | None = None,
) -> PlannedAsks | None:
    """Return what a run of a dataset will ask, `None` if it would be refused.

    Args:
        questions: the dataset.
        request: the other keys of the request; `few_shot` may be a local file.
        variables: of the stack that it will run on.
        profiles: ARN of each application profile of the account → the model it stands for.

    Raises:
        ClientError: the exemplars cannot be read.
    """
    try:
        planned = read_locally(questions, request).plan(_rehearsed(variables)).planned
    except RequestError:
        return None
    if planned is None:
        return None
    plan = planned.plan
    try:
        model = Models("us-east-1", _NO_ACCOUNT, profiles or {}, EVERYTHING).named(plan.model_id)
    except ApiError:
        return None
    lines = local_lines(questions)
    read = questions_of(lines, questions.name, planned.reading, limit=planned.request.limit)
    family = family_of(model.base_id, plan.invocation_type, bounded=False)
    return PlannedAsks(planned, tuple(read), family)


def _rehearsed(variables: StackVariables) -> StackVariables:
    return variables.model_copy(update={"rehearsal": True})
