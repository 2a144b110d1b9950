"""Which run a job or a call on demand belongs to, so that its recorded paths are given out once."""

from threading import Lock

from selfconsistency.bedrock.input_reader import split_uri

# Jobs that write below the same two levels (`runs/RUN`) are of one run.
LEVELS = 2


class RunScopes:
    """Names runs for the sources of answers.

    A job tells its run by where it writes. A call on demand has no such place: it may name its
    run in its request metadata; a call that does not is taken to be of the run seen last. What is
    asked before any run is known belongs to the first one that comes. So a local stack with one
    run, or with one after another, counts paths through jobs and calls alike; only simultaneous
    runs have to name themselves.
    """

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._last = ""
        self._lock = Lock()

    def of_job(self, output_uri: str) -> str:
        """Return the scope of a job that writes there."""
        bucket, folder = split_uri(output_uri)
        levels = [level for level in folder.split("/")[:LEVELS] if level]
        return self._of_run(levels[-1] if levels else bucket)

    def of_call(self, run_id: str | None) -> str:
        """Return the scope of a call that names its run, or does not."""
        if run_id:
            return self._of_run(run_id)
        with self._lock:
            return self._last

    def _of_run(self, run_id: str) -> str:
        with self._lock:
            first = not self._names
            self._last = self._names.setdefault(run_id, "" if first else run_id)
            return self._last
