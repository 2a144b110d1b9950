"""What the benchmarks work on: questions and output rows of a realistic size."""

import json
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

from lambdas.contract.schema import AnswerSpec, Plan, Prompt, Question, Setting, Shard
from lambdas.core.models.base import Sampling
from lambdas.core.models.registry import form_named
from lambdas.core.prompts.build import build_prompt
from lambdas.core.prompts.exemplars import builtin_exemplars
from lambdas.core.sampling.jobs import RecordsByQuestion, RecordSpec
from lambdas.core.sampling.records import RecordWriter

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples" / "word_problems.jsonl"
# Real completions, where the folder of recorded sets lies beside the repository.
RECORDED = ROOT.parent / "shared" / "data" / "gsm8k_qwen2.5-1.5b.recorded.jsonl"
PATHS = 5
MAX_TOKENS = 512
WARM = Setting("T0.7", 0.7, PATHS)
FORM = form_named("nova", "Converse")


def questions(count: int) -> list[Question]:
    """Return `count` questions, repeating the examples."""
    rows = [json.loads(line) for line in EXAMPLES.read_text().split("\n") if line]
    return [
        Question(index, str(index), row["question"], row["answer"])
        for index, row in enumerate(islice(cycle(rows), count))
    ]


def prompt() -> Prompt:
    """Return the few-shot prompt with the built-in exemplars."""
    return build_prompt(AnswerSpec("arithmetic"), builtin_exemplars("arithmetic"), None)


def writer() -> RecordWriter:
    """Return what writes the records of the sampled setting."""
    return RecordWriter(FORM, prompt(), Sampling(WARM.temperature_of(0), MAX_TOKENS))


def job_records(count: int) -> RecordsByQuestion:
    """Return the records of a job with five paths of each of the first `count` questions."""
    return dict.fromkeys(range(count), tuple(RecordSpec(path, 1) for path in range(PATHS)))


def plan(shard: Shard) -> Plan:
    """Return the plan of one setting with five paths, on one shard."""
    return Plan(
        run_id="bench",
        execution_arn="",
        started_at="2026-01-01T00:00:00+00:00",
        model_id="us.amazon.nova-lite-v1:0",
        family="nova",
        invocation_type="Converse",
        answer_spec=AnswerSpec("arithmetic"),
        prompt=prompt(),
        max_tokens=MAX_TOKENS,
        top_p=None,
        settings=(WARM,),
        shards=(shard,),
        questions=shard.questions,
        labelled=shard.questions,
        waves=(PATHS,),
        paths_per_job=PATHS,
        jobs_at_once=3,
        min_records=100,
        max_records=50_000,
        seed=0,
    )


def completions() -> list[str]:
    """Return completions: recorded ones, or one of our own where there are none."""
    if not RECORDED.exists():
        return ["First, 12 boxes of 8 are 96. Then 96 - 15 = 81 are left. The answer is 81."]
    rows = (json.loads(line) for line in RECORDED.read_text().split("\n") if line)
    return [text for row in rows for texts in row["samples"].values() for text in texts]


def output_lines(dataset: list[Question]) -> Iterator[bytes]:
    """Yield lines of a `.jsonl.out` file, the input echoed in each."""
    texts = cycle(completions())
    for lines in writer().lines(dataset, job_records(len(dataset))):
        for line in lines.split(b"\n")[:-1]:
            record = json.loads(line)
            record["modelOutput"] = {
                "output": {"message": {"role": "assistant", "content": [{"text": next(texts)}]}},
                "stopReason": "end_turn",
                "usage": {"inputTokens": 736, "outputTokens": 84, "totalTokens": 820},
                "metrics": {"latencyMs": 900},
            }
            yield json.dumps(record).encode() + b"\n"
