"""The output of a job that is run on demand: kept record by record, then put together."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import msgspec

from lambdas.aws.store import Store
from lambdas.core.jobs import Job
from lambdas.core.keys import MANIFEST, output_folder
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

_READ_AT_ONCE = 8
_READ_AHEAD = 64


class Parts:
    """One job's records and what has come of them.

    Attributes:
        kept: the records whose part was there when this was made.
    """

    def __init__(self, store: Store, job: Job) -> None:
        self._store = store
        [self._input_key] = job.input_keys
        self._folder = output_folder(job.run_id, job.wave, job.job, ON_DEMAND)
        self._present = set(store.keys(self._folder))
        self.kept = sum(key.endswith(".json") for key in self._present)

    @property
    def merged(self) -> bool:
        """Whether the output is complete already; its manifest is written last."""
        return self._folder + MANIFEST in self._present

    def missing(self) -> Iterator[Record]:
        """Yield the records without a part, in the input's order."""
        for record in self._records():
            if self._key(record) not in self._present:
                yield record

    def keep(self, record: Record, end: Reply | Failure) -> None:
        """Write a record's part: what is paid for is from then on neither lost nor paid again."""
        key = self._key(record)
        self._store.write_json(key, part_of(record, end))
        self._present.add(key)

    def merge(self) -> None:
        """Write rows and manifest as a batch job does; all parts are there."""
        tally = self.gather()
        self._store.write_json(self._folder + MANIFEST, tally.manifest())

    def gather(self) -> Tally:
        """Write the rows of the parts that are there; the rest may still come."""
        tally = Tally()
        self._store.write_all(f"{self._folder}input.jsonl.out", self._rows(tally))
        return tally

    def _rows(self, tally: Tally) -> Iterator[bytes]:
        for part in self._parts():
            tally.add(part)
            yield bytes(part.row) + b"\n"

    def _parts(self) -> Iterator[Part]:
        keys = (key for key in map(self._key, self._records()) if key in self._present)
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
