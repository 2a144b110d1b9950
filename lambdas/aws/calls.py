"""The calls of a job on demand, each noted before it is made: none is paid for a second time."""

from collections.abc import Set

from lambdas.aws.runtime import Call, runtime
from lambdas.aws.table import run_table
from lambdas.core.errors import JobRefusedError
from lambdas.core.jobs import Job
from lambdas.core.on_demand import Failure, Record, Reply, given_up, lost


class Calls:
    """Makes the calls of one turn.

    Args:
        job: whose records they are for.
        died: ids of records that an earlier turn was asking for when it died.
        gives_up: whether all the time there is has passed.
    """

    def __init__(self, job: Job, died: Set[str], *, gives_up: bool) -> None:
        self._job = job
        self._died = died
        self._gives_up = gives_up
        if not gives_up:
            runtime().reconnect()

    def ask(self, record: Record) -> Reply | Failure:
        """Make one call for a record.

        It stays noted until `end`, unless it was not carried out.

        Raises:
            JobRefusedError: refused for a reason that is not the record's.
        """
        if record.record_id in self._died:
            return lost()
        if self._gives_up:
            return given_up()
        job = self._job
        run_table().begin_call(job.run_id, job.wave, job.job, record.record_id)
        try:
            answer = runtime().ask(_call(job, record))
        except JobRefusedError:
            self.end(record)
            raise
        if isinstance(answer, Failure) and answer.kind != "final":
            self.end(record)
        return answer

    def end(self, record: Record) -> None:
        """Note that what came of a record's call is kept."""
        job = self._job
        run_table().end_call(job.run_id, job.wave, job.job, record.record_id)


def _call(job: Job, record: Record) -> Call:
    return Call(
        job.model_id,
        job.invocation_type,
        bytes(record.model_input),
        {"run_id": job.run_id, "record_id": record.record_id},
    )
