"""The output of a job that is run on demand: kept record by record, then put together."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import msgspec

from lambdas.aws.store import Store
from lambdas.core.keys import job_key
from lambdas.core.on_demand import (
    MAX_RECORD_BYTES,
    ON_DEMAND,
    Failure,
    Part,
    Record,
    Reply,
    Tally,
    part_name,
    part_of,
)
from lambdas.core.plan import Job

_MANIFEST = "manifest.json.out"
_READ_AT_ONCE = 8
_READ_AHEAD = 64


class Parts:
    """One job's records and what has come of them, as S3 has it when this is made."""

    def __init__(self, store: Store, job: Job) -> None:
        self._store = store
        self._input_key = job_key(job.run_id, job.wave, job.job, "input.jsonl")
        self._folder = job_key(job.run_id, job.wave, job.job, f"output/{ON_DEMAND}/")
        self._present = set(store.keys(self._folder))

    @property
    def merged(self) -> bool:
        """Whether the output is complete already; its manifest is written last."""
        return self._folder + _MANIFEST in self._present

    @property
    def kept(self) -> int:
        """The records whose part was there from the start."""
        return sum(key.endswith(".json") for key in self._present)

    def missing(self) -> Iterator[Record]:
        """Yield the records without a part, in the input's order."""
        for record in self._records():
            if self._key(record) not in self._present:
                yield record

    def keep(self, record: Record, end: Reply | Failure) -> None:
        """Write a record's part: what is paid for is from then on neither lost nor paid again."""
        self._store.write_json(self._key(record), part_of(record, end))

    def merge(self) -> int:
        """Write rows and manifest as a batch job does, and return the rows; all parts are there."""
        tally = Tally()
        self._store.write_all(f"{self._folder}input.jsonl.out", self._rows(tally))
        self._store.write_json(self._folder + _MANIFEST, tally.manifest())
        return tally.succeeded + tally.failed

    def _rows(self, tally: Tally) -> Iterator[bytes]:
        for part in self._parts():
            tally.add(part)
            yield bytes(part.row) + b"\n"

    def _parts(self) -> Iterator[Part]:
        keys = map(self._key, self._records())
        with ThreadPoolExecutor(_READ_AT_ONCE) as threads:
            while ahead := list(islice(keys, _READ_AHEAD)):
                yield from threads.map(self._part, ahead)

    def _part(self, key: str) -> Part:
        return self._store.read_as(key, Part)

    def _records(self) -> Iterable[Record]:
        decoder = msgspec.json.Decoder(Record)
        for line in self._store.lines(self._input_key, MAX_RECORD_BYTES):
            if line.content:
                yield decoder.decode(line.content)

    def _key(self, record: Record) -> str:
        return self._folder + part_name(record.record_id)
