"""Plan a run of a dataset on this machine: read and refused exactly as Plan would."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lambdas.contract.entries import DatasetFindings
from lambdas.contract.stack import StackVariables
from lambdas.core.dataset.files import MAX_DOCUMENT_BYTES, SizeLimit
from lambdas.core.errors import RequestError
from lambdas.core.planning import (
    Origin,
    PlannedRun,
    RunInputs,
    StackSettings,
    plan_run,
    read_inputs,
)
from lambdas.core.preflight import ModelFacts
from lambdas.core.requests.request import read_unchecked
from lambdas.core.requests.start import InputName, Uploaded
from lambdas.core.text import Line, split_lines
from selfconsistency.start import local_exemplars

# As a stack has them without settings of its own, but for its limits.
WITHOUT_STACK = StackVariables(
    default_model="us.amazon.nova-lite-v1:0",
    jobs_at_once=64,
    min_records=100,
    max_records=50_000,
    max_input_mib=950,
)
_BUCKET = "bucket"
_DATASET, _EXEMPLARS = "datasets/questions", "datasets/exemplars"
_PIECE_BYTES = 8 * 2**20


@dataclass(frozen=True, slots=True)
class Tried:
    """A plan; or why the run would be refused, a line each."""

    planned: PlannedRun | None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LocalRun:
    """A run of a local dataset, read and not yet planned.

    Attributes:
        asked: the request, with keys of a bucket for the files of this machine.
        inputs: its dataset and exemplars.
        key: of the dataset there.
        name: of the user's file, which problems name in its place.
    """

    asked: Mapping[str, Any]
    inputs: RunInputs
    key: str
    name: str

    @property
    def findings(self) -> DatasetFindings | None:
        """How the dataset is read; `None` if it cannot be read at all."""
        return self.inputs.survey.findings if self.inputs.survey else None

    def without(self, key: str) -> "LocalRun":
        """Return the run as if its request did not have this key, which no file depends on."""
        asked = {name: value for name, value in self.asked.items() if name != key}
        return replace(self, asked=asked)

    def plan(self, variables: StackVariables, uploaded: Uploaded | None = None) -> Tried:
        """Return the plan of the run on a stack, or why it would be refused there.

        Args:
            variables: of the stack.
            uploaded: what would be uploaded to start it; `None` if it is started directly.
        """
        now = datetime.now(UTC).isoformat(timespec="seconds")
        origin, stack = Origin("local", "", now, uploaded), StackSettings(_BUCKET, variables)
        try:
            request = read_unchecked(self.asked, _BUCKET)
            return Tried(plan_run(origin, request, self.inputs, stack, _unasked))
        except RequestError as refused:
            lines = str(refused).replace(self.key, self.name).splitlines()
            return Tried(None, tuple(lines))


def _unasked(model_id: str, *, checks: bool) -> ModelFacts:  # noqa: ARG001 - as `LookUp` has it
    """Return no facts on a model: Bedrock is not asked from this machine."""
    return ModelFacts()


def read_locally(questions: Path, request: Mapping[str, Any]) -> LocalRun:
    """Read a dataset of this machine, and the exemplars, even for a run that will be refused.

    Args:
        questions: the dataset.
        request: the other keys of a run's request; `few_shot` may be a local file.

    Raises:
        ClientError: the exemplars cannot be read.
    """
    exemplars = local_exemplars(request, must_exist=True)
    files = {"dataset": questions, **({"few_shot": exemplars} if exemplars else {})}
    key = f"{_DATASET}{questions.suffix}"
    asked = {**request, "dataset": key, **({"few_shot": _EXEMPLARS} if exemplars else {})}

    def open_lines(name: InputName, _key: str, limit: SizeLimit) -> Iterator[Line]:
        file = files[name]
        problem = limit.problem(str(file), file.stat().st_size)
        if problem:
            raise RequestError([problem])
        return local_lines(file)

    inputs = read_inputs(read_unchecked(asked, _BUCKET), open_lines)
    return LocalRun(asked, inputs, key, questions.name)


def local_lines(file: Path) -> Iterator[Line]:
    """Yield the lines of a file of this machine."""
    return split_lines(_pieces(file), MAX_DOCUMENT_BYTES)


def _pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as stream:
        while piece := stream.read(_PIECE_BYTES):
            yield piece
