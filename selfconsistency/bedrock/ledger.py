"""The Bedrock emulator's own book: what each record cost and whether its answer could be read."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Lock
from typing import Literal

from selfconsistency.bedrock.input_reader import split_uri

Source = Literal["batch", "on-demand"]


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """A record that was processed, once; a record processed twice has two of these.

    Attributes:
        run_id: of `runs/RUN/waves/WAVE/JOB/output/`, to which the job wrote; as a call named it.
        wave: "" for a call on demand, or for a job that writes elsewhere.
        job: likewise.
        part: the name of the job's input file, "" for a call on demand.
        record_id: the record's own, as a call on demand named it.
        source: how it was asked.
        job_arn: "" for a call on demand.
        tokens_in: billed; none for an error row.
        tokens_out: billed; none for an error row.
        delivered: whether its row, or the call's answer, arrived in a readable form.
        failed: whether what arrived, or would have, is an error.
    """

    run_id: str
    wave: str
    job: str
    part: str
    record_id: str
    source: Source
    job_arn: str
    tokens_in: int
    tokens_out: int
    delivered: bool
    failed: bool


@dataclass(frozen=True, slots=True)
class Origin:
    """What the entries of a page share."""

    run_id: str
    wave: str = ""
    job: str = ""
    part: str = ""
    source: Source = "on-demand"
    job_arn: str = ""


@dataclass(slots=True)
class Page:
    """The entries of one origin, in columns: a run may have half a million."""

    origin: Origin
    record_ids: list[str] = field(default_factory=list)
    tokens_in: array[int] = field(default_factory=lambda: array("l"))
    tokens_out: array[int] = field(default_factory=lambda: array("l"))
    delivered: bytearray = field(default_factory=bytearray)
    failed: bytearray = field(default_factory=bytearray)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def enter(
        self, record_id: str, tokens_in: int, tokens_out: int, *, delivered: bool, failed: bool
    ) -> None:
        """Add an entry."""
        with self._lock:
            self.record_ids.append(record_id)
            self.tokens_in.append(tokens_in)
            self.tokens_out.append(tokens_out)
            self.delivered.append(delivered)
            self.failed.append(failed)

    def entries(self) -> Iterator[LedgerEntry]:
        """Yield the entries there are now."""
        of = self.origin
        with self._lock:
            columns = (self.record_ids, self.tokens_in, self.tokens_out)
            rows = list(zip(*columns, self.delivered, self.failed, strict=True))
        for record_id, tokens_in, tokens_out, delivered, failed in rows:
            yield LedgerEntry(
                *(of.run_id, of.wave, of.job, of.part, record_id, of.source, of.job_arn),
                *(tokens_in, tokens_out, bool(delivered), bool(failed)),
            )


class Ledger:
    """All pages; thread-safe."""

    def __init__(self) -> None:
        self._pages: dict[Origin, Page] = {}
        self._lock = Lock()

    def page(self, origin: Origin) -> Page:
        """Return the page of an origin."""
        with self._lock:
            return self._pages.setdefault(origin, Page(origin))

    def entries(self) -> list[LedgerEntry]:
        """Return all entries there are now."""
        with self._lock:
            pages = list(self._pages.values())
        return [entry for page in pages for entry in page.entries()]

    def clear(self) -> None:
        """Forget all entries."""
        with self._lock:
            self._pages.clear()


def batch_origin(job_arn: str, output_uri: str, part: str) -> Origin:
    """Return where the records of a job's input file come from, as far as its output tells.

    >>> batch_origin("arn", "s3://b/runs/r1/waves/02/j0003/output/", "input.jsonl").wave
    '02'
    """
    match split_uri(output_uri)[1].split("/"):
        case ["runs", run_id, "waves", wave, job, "output"]:
            return Origin(run_id, wave, job, part, "batch", job_arn)
    return Origin("", "", "", part, "batch", job_arn)
