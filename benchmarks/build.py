"""Build: input written per second, against serialising each record whole."""

import json

from benchmarks.measure import Measurement, rates, timed
from benchmarks.samples import FORM, MAX_TOKENS, PATHS, WARM, job_records, prompt, questions, writer
from lambdas.core.models.base import Sampling
from lambdas.core.sampling.records import record_id

QUESTIONS = 2_000
_BASELINE = "json.dumps of each record"


def measure() -> list[Measurement]:
    """Return the rates of writing 10,000 records."""
    dataset, around = questions(QUESTIONS), prompt()
    records, sampling = job_records(QUESTIONS), Sampling(WARM.temperature_of(0), MAX_TOKENS)
    size = sum(len(lines) for lines in writer().lines(dataset, records))

    def whole() -> int:
        written = 0
        for question in dataset:
            for path in range(PATHS):
                body = FORM.body(around.around(question.text), sampling)
                record = {"recordId": record_id(question.index, path), "modelInput": body}
                written += len(json.dumps(record).encode()) + 1
        return written

    def build() -> int:
        return sum(len(lines) for lines in writer().lines(dataset, records))

    seconds = timed({_BASELINE: whole, "build": build})
    amounts = {"MB": size / 1e6, "records": QUESTIONS * PATHS}
    return rates("build", seconds, amounts, _BASELINE)
