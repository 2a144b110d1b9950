"""The jobs of a wave and their parts: which records each has, and where these lie."""

from collections.abc import Sequence
from dataclasses import dataclass

from lambdas.contract import InvocationType
from lambdas.core.keys import job_key

_ONE_INPUT = "input.jsonl"
_INPUTS = "input/"


@dataclass(frozen=True, slots=True)
class Part:
    """The records of one lane in a job.

    Attributes:
        lane: its name.
        setting: of the lane.
        temperature: of the setting.
        shard: of the lane.
        questions: how many of the lane's: the least certain of those open, after the first wave;
            all with lost paths, where these are asked for again.
        after: paths of the wave that other jobs have of the same questions, before these.
        generations: completions wanted of each of a question's records, in order.
        again: from which lost path to below which these are; `None` for new paths.
        records: of this part.
        completions: wanted of all its records.
    """

    lane: str
    setting: str
    temperature: float
    shard: str
    questions: int
    after: int
    generations: tuple[int, ...]
    again: tuple[int, int] | None
    records: int
    completions: int


@dataclass(frozen=True, slots=True)
class Job:
    """One batch job; a line of `jobs.jsonl`.

    Parts share a job where each alone has too few records for a batch job; each then has a file
    of its own below `input/`. What is still too few runs on demand, each part as a job.
    """

    run_id: str
    execution_arn: str
    wave: int
    job: str
    parts: tuple[Part, ...]
    records: int
    on_demand: bool
    model_id: str
    invocation_type: InvocationType
    jobs_at_once: int

    @property
    def settings(self) -> tuple[str, ...]:
        """The settings that the job has records of."""
        return tuple(dict.fromkeys(part.setting for part in self.parts))

    @property
    def completions(self) -> int:
        """The completions wanted of all its records."""
        return sum(part.completions for part in self.parts)

    def input_name(self, part: int) -> str:
        """Return the name of the file that a part's records are in, parts counted from 0."""
        return _ONE_INPUT if len(self.parts) == 1 else f"{_INPUTS}{part:03d}.jsonl"

    @property
    def input_keys(self) -> list[str]:
        """The keys of the files that its records are in."""
        names = map(self.input_name, range(len(self.parts)))
        return [job_key(self.run_id, self.wave, self.job, name) for name in names]

    @property
    def submitted_name(self) -> str:
        """The file that Bedrock is given, or the folder of several."""
        return _ONE_INPUT if len(self.parts) == 1 else _INPUTS

    def output_keys(self, part: int, keys: Sequence[str]) -> list[str]:
        """Return, of the keys of the job's files with rows, those of a part's rows."""
        if len(self.parts) == 1:
            return list(keys)
        return [key for key in keys if key.endswith(f"/{part:03d}.jsonl.out")]
