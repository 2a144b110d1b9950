"""What a job came to: its counts as a whole, and those of each of its parts."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate, pairwise
from typing import Any

from lambdas.core.jobs import Job, Part
from lambdas.core.outputs.receipts import Receipts, summed
from lambdas.core.outputs.tokens import Manifest, disagreement, tokens_of

# A job's record is one entry of the table, 400 kB at most, and texts of each of many parts would
# not fit; the whole has some.
_TOLD_PARTS = 20


@dataclass(frozen=True, slots=True)
class Counted:
    """Counts as the job's record in the table has them.

    `parts` are those of a job that lanes share: what each setting had of it.
    """

    total: Mapping[str, Any]
    parts: Sequence[Mapping[str, Any]]


def counts_of(
    job: Job, receipts: Sequence[Receipts], manifest: Manifest | None, input_bytes: int
) -> Counted:
    """Return the counts of a job.

    Args:
        job: as it was asked for.
        receipts: of each of its parts.
        manifest: of the job, `None` where it has none.
        input_bytes: the size of its input.
    """
    whole = summed(receipts)
    total = _counts(whole, manifest, input_bytes, job.records)
    parts = []
    for part, each in zip(job.parts, receipts, strict=True):
        share = input_bytes * part.records // job.records
        parts.append(_of_part(part) | _counts(each, None, share, part.records))
    for counts in parts:
        # Where the manifest tells what rows do not, nothing of the whole is estimated.
        counts["tokens_estimated"] &= total["tokens_estimated"]
    for name in ("tokens_in", "tokens_out"):
        amounts = shared_out(total[name], [part[name] for part in parts])
        for counts, amount in zip(parts, amounts, strict=True):
            counts[name] = amount
    if len(parts) > _TOLD_PARTS:
        for counts in parts:
            del counts["error_messages"], counts["unread"]
    return Counted(total | {"disagreement": disagreement(whole, manifest)}, parts)


def shared_out(total: int, weights: Sequence[int]) -> list[int]:
    """Return a total in whole parts by weight, that add up to it.

    What Bedrock counted for a whole job is so told apart by what its parts seem to have.

    >>> shared_out(100, [1, 1, 1])
    [33, 33, 34]
    """
    whole = sum(weights) or len(weights)
    edges = [0, *accumulate(weights if sum(weights) else [1] * len(weights))]
    return [total * end // whole - total * start // whole for start, end in pairwise(edges)]


def shares_of(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return a job's record as its settings have it: one for each part of a shared job.

    >>> shared = {"job": "j0001", "parts": [{"setting": "T0.5", "answered": 3}]}
    >>> shares_of(shared)
    [{'job': 'j0001', 'setting': 'T0.5', 'answered': 3}]
    """
    parts = record.get("parts")
    if not parts:
        return [record]
    whole = {name: value for name, value in record.items() if name != "parts"}
    return [{**whole, **part} for part in parts]


def _of_part(part: Part) -> dict[str, Any]:
    return {
        "setting": part.setting,
        "records_planned": part.records,
        "paths_planned": part.completions,
    }


def _counts(
    receipts: Receipts, manifest: Manifest | None, input_bytes: int, records: int
) -> dict[str, Any]:
    tokens = tokens_of(receipts, manifest, input_bytes=input_bytes, records=records)
    counts = asdict(receipts)
    counts["error_messages"] = counts.pop("messages")
    counts |= {"tokens_in": tokens.read, "tokens_out": tokens.written}
    return counts | {"tokens_estimated": tokens.estimated}
