"""A source of answers that counts them, for the display of progress."""

from threading import Lock

from selfconsistency.bedrock.answers.source import AnswerSource, Asked, Completion, Place


class Counted:
    """Passes on what another source answers.

    Attributes:
        answered: completions so far.
    """

    def __init__(self, source: AnswerSource) -> None:
        self._source = source
        self._lock = Lock()
        self.label = source.label
        self.at_once = source.at_once
        self.answered = 0

    @property
    def broken(self) -> str | None:
        """Why no further answer can come; `None` while all is well."""
        return getattr(self._source, "broken", None)

    def reserve(self, scope: str, asked: Asked) -> Place:
        """Set completions aside for a record."""
        return self._source.reserve(scope, asked)

    def answers(self, asked: Asked, place: Place) -> list[Completion]:
        """Return `asked.count` completions.

        Raises:
            AnswerError: there are none.
        """
        completions = self._source.answers(asked, place)
        with self._lock:
            self.answered += len(completions)
        return completions
