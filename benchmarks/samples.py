"""What the benchmarks work on: questions and output rows of a realistic size."""

import json
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

from lambdas.core.families import Sampling, form_named
from lambdas.core.plan import Plan
from lambdas.core.prompting.exemplars import builtin_exemplars
from lambdas.core.prompting.prompt import Prompt
from lambdas.core.prompting.prompts import prompt_for
from lambdas.core.reading import Reading
from lambdas.core.records import RecordWriter
from lambdas.core.sets.question import Question
from lambdas.core.settings import Setting
from lambdas.core.sizing import Shard
from lambdas.core.waves.wanted import Slot, Wanted

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "examples" / "word_problems.jsonl"
# Real completions, where the folder of recorded sets lies beside the repository.
RECORDED = ROOT.parent / "shared" / "data" / "gsm8k_qwen2.5-1.5b.recorded.jsonl"
PATHS = 5
MAX_TOKENS = 512
WARM = Setting("T0.7", 0.7, PATHS)
FORM = form_named("nova", "Converse")


def questions(count: int) -> list[Question]:
    """Return as many questions, the examples over and over."""
    rows = [json.loads(line) for line in EXAMPLES.read_text().split("\n") if line]
    return [
        Question(index, str(index), row["question"], row["answer"])
        for index, row in enumerate(islice(cycle(rows), count))
    ]


def prompt() -> Prompt:
    """Return the few-shot prompt with the built-in exemplars."""
    return prompt_for(Reading("arithmetic"), builtin_exemplars("arithmetic"), None)


def writer() -> RecordWriter:
    """Return what writes the records of the sampled setting."""
    return RecordWriter(FORM, prompt(), Sampling(WARM.temperature, MAX_TOKENS))


def wanted(count: int) -> Wanted:
    """Return the records of a job of five paths for the first so many questions."""
    return dict.fromkeys(range(count), tuple(Slot(path, 1) for path in range(PATHS)))


def plan(shard: Shard) -> Plan:
    """Return the plan of one setting with five paths, on one shard."""
    return Plan(
        run_id="bench",
        execution_arn="",
        started_at="2026-01-01T00:00:00+00:00",
        model_id="us.amazon.nova-lite-v1:0",
        family="nova",
        invocation_type="Converse",
        reading=Reading("arithmetic"),
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


def output_lines(asked: list[Question]) -> Iterator[bytes]:
    """Yield lines of a `.jsonl.out` file, the input echoed in each."""
    texts = cycle(completions())
    for lines in writer().lines(asked, wanted(len(asked))):
        for line in lines.split(b"\n")[:-1]:
            record = json.loads(line)
            record["modelOutput"] = {
                "output": {"message": {"role": "assistant", "content": [{"text": next(texts)}]}},
                "stopReason": "end_turn",
                "usage": {"inputTokens": 736, "outputTokens": 84, "totalTokens": 820},
                "metrics": {"latencyMs": 900},
            }
            yield json.dumps(record).encode() + b"\n"
