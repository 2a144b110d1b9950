"""Reads the option `--answers-from`."""

from pathlib import Path

from local.bedrock.answers.answer_key import read_answer_key
from local.bedrock.answers.openai import OpenAiCompatible
from local.bedrock.answers.recorded import Recorded
from local.bedrock.answers.simulated import Simulated
from local.bedrock.answers.source import AnswerSource

FORMS = "recorded:FILE, simulated or openai:URL[#MODEL]"


class AnswersFromError(ValueError):
    """The option does not name a source."""


def answers_from(
    option: str, questions: Path | None = None, seed: int = 0, api_key: str = ""
) -> AnswerSource:
    """Return the source that an option names.

    Args:
        option: `recorded:FILE`, `simulated` or `openai:URL`, with `#MODEL` where
            the endpoint serves several.
        questions: the question set with its answers, for the simulated reasoner.
        seed: of the simulated reasoner.
        api_key: of the endpoint, if it wants one.

    Raises:
        AnswersFromError: the option has another form.
        RecordingError: the recorded file cannot be read.
        AnswerKeyError: the question set cannot be read.
        OSError: a file cannot be opened.
    """
    kind, _, rest = option.partition(":")
    if kind == "recorded" and rest:
        return Recorded.read(Path(rest))
    if kind == "openai" and rest.startswith(("http://", "https://")):
        url, _, model = rest.partition("#")
        return OpenAiCompatible(url, model, api_key)
    if option == "simulated":
        return Simulated(read_answer_key(questions) if questions else (), seed)
    raise AnswersFromError(f"--answers-from is {option!r}, must be {FORMS}")
