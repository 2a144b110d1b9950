"""Asks an OpenAI-compatible endpoint: Ollama, vLLM, llama.cpp or any other."""

from collections.abc import Callable
from typing import Any

import msgspec

from selfconsistency.bedrock.answers.endpoint import (
    AT_ONCE,
    Endpoint,
    EndpointError,
    RefusedError,
    Reply,
    UnreadableError,
)
from selfconsistency.bedrock.answers.source import (
    UNDECODABLE,
    AnswerError,
    Asked,
    Completion,
    Place,
)

_CHAT, _MODELS = "/chat/completions", "/models"
_SHOWN_MODELS = 10
# Ollama lists a model with this tag, and takes it without.
_LATEST = ":latest"
# More than any model writes; a larger count is wrong.
_MOST_TOKENS = 10**8


class _Message(msgspec.Struct):
    content: Any = None
    reasoning_content: Any = None
    reasoning: Any = None


class _Choice(msgspec.Struct):
    message: _Message
    finish_reason: Any = None


class _Chat(msgspec.Struct):
    """An answer; only what holds the text has a type, for a text that came must not be lost."""

    choices: list[_Choice]
    usage: Any = None


class _Model(msgspec.Struct):
    id: str


class _Models(msgspec.Struct):
    listed: list[_Model] = msgspec.field(name="data")


class OpenAiCompatible:
    """Answers from `URL/v1/chat/completions`; failures are error rows.

    Asks for several completions at once (`n`), and one by one from then on if the endpoint
    ignores or refuses that. `probe` finds out the model, unless it is given.
    """

    def __init__(
        self,
        url: str,
        model: str = "",
        api_key: str = "",
        at_once: int = AT_ONCE,
        pause: Callable[[float], object] | None = None,
    ) -> None:
        self.model = model
        self.at_once = at_once
        self._endpoint = Endpoint(url, api_key, at_once, pause)
        self._takes_n = True

    @property
    def url(self) -> str:
        """The address of the endpoint, without `/v1`."""
        return self._endpoint.url

    @property
    def broken(self) -> str | None:
        """Why no further answer can come, `None` while all is well."""
        return self._endpoint.broken

    def close(self) -> None:
        """Break off what is in flight."""
        self._endpoint.close()

    def probe(self) -> None:
        """Find out whether the endpoint is there, and which model answers.

        Raises:
            EndpointError: it is not there, does not take the key, or has no such model.
        """
        reply = self._endpoint.probe(_MODELS)
        names = self._listed(reply)
        if self.model and names is not None and not {self.model, self.model + _LATEST} & {*names}:
            raise EndpointError(f"{self.url} has no model {self.model!r}: {_choice_of(names)}")
        if not self.model and not names:
            lists = "does not list its models" if names is None else "lists no model"
            raise EndpointError(f"{self.url} {lists}: name one in OPENAI_MODEL")
        self.model = self.model or (names or [""])[0]

    def reserve(self, scope: str, asked: Asked) -> Place:  # noqa: ARG002
        """Nothing is to be set aside: a model can always be asked."""
        return Place(0, 0)

    def answers(self, asked: Asked, place: Place) -> list[Completion]:  # noqa: ARG002
        """Ask until there are as many completions as wanted.

        Raises:
            AnswerError: the endpoint failed, or answered in another form.
        """
        completions: list[Completion] = []
        while len(completions) < asked.count:
            completions += self.some(asked, asked.count - len(completions))
        return completions

    def some(self, asked: Asked, most: int) -> list[Completion]:
        """Ask once, and return at least one completion and at most so many.

        Raises:
            AnswerError: the endpoint failed, or answered in another form.
        """
        try:
            return self._some(asked, most if self._takes_n else 1)
        except EndpointError as error:
            raise AnswerError(500, str(error)) from error

    def _some(self, asked: Asked, count: int) -> list[Completion]:
        try:
            completions = self._asked_once(asked, count)
        except RefusedError as error:
            if count == 1:
                raise
            completions = self._after_refusal(asked, error)
        self._takes_n = self._takes_n and len(completions) >= count
        return completions

    def _after_refusal(self, asked: Asked, refused: RefusedError) -> list[Completion]:
        """Find out whether it was `n` that the endpoint refused."""
        try:
            return self._asked_once(asked, 1)
        except EndpointError:
            raise refused from None

    def _asked_once(self, asked: Asked, count: int) -> list[Completion]:
        body: dict[str, Any] = {
            "model": self.model,
            "messages": [{"role": turn.role, "content": turn.text} for turn in asked.turns],
            "max_tokens": asked.max_tokens,
        }
        given = {"temperature": asked.temperature, "top_p": asked.top_p}
        body |= {name: value for name, value in given.items() if value is not None}
        body |= {"n": count} if count > 1 else {}
        return self._endpoint.post(_CHAT, msgspec.json.encode(body), _completions)[:count]

    def _listed(self, reply: Reply) -> list[str] | None:
        """Return the models that the endpoint lists, `None` if it has no list.

        Raises:
            EndpointError: it cannot be used.
        """
        if reply.unreachable:
            raise EndpointError(
                f"nothing answers at {self.url} ({reply.trouble}): start the endpoint, or correct "
                "its address"
            )
        if reply.status in (401, 403):
            has = "does not take the key in" if self._endpoint.has_key else "wants a key: set"
            raise EndpointError(f"{self.url} {has} OPENAI_API_KEY ({reply.status})")
        if reply.status in (404, 405, 501):
            return None
        if reply.status != 200:
            raise EndpointError(f"{self.url} does not list its models: {reply.trouble}")
        try:
            models = msgspec.json.decode(reply.content, type=_Models).listed
        except UNDECODABLE as error:
            raise EndpointError(
                f"{self.url}/v1{_MODELS} is no list of models: is it the address of an "
                "OpenAI-compatible endpoint?"
            ) from error
        return [model.id for model in models]


def _choice_of(names: list[str]) -> str:
    shown = ", ".join(names[:_SHOWN_MODELS]) + ", …" * (len(names) > _SHOWN_MODELS)
    return f"set OPENAI_MODEL to one of {shown}" if names else "it lists none"


def _completions(content: bytes) -> list[Completion]:
    """Read an answer's completions, at least one.

    Raises:
        UnreadableError: it has another form.
    """
    try:
        chat = msgspec.json.decode(content, type=_Chat)
    except UNDECODABLE as error:
        raise UnreadableError(f"answered in another form ({error}): {_shown(content)}") from error
    if not chat.choices:
        raise UnreadableError("answered without choices")
    tokens = _tokens(chat.usage) if len(chat.choices) == 1 else None
    return [_completion(choice, tokens) for choice in chat.choices]


def _tokens(usage: Any) -> int | None:
    """Return the tokens of a completion, `None` if they are not stated, or are no count."""
    found = usage.get("completion_tokens") if isinstance(usage, dict) else None
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    return int(found) if 0 <= found <= _MOST_TOKENS else None


def _completion(choice: _Choice, tokens: int | None) -> Completion:
    """Read one completion.

    A model that ends while it thinks has no content; some endpoints take all it says for thoughts.
    """
    message = choice.message
    said = (message.content, message.reasoning_content, message.reasoning)
    text = next(filter(None, map(_text, said)), "")
    return Completion(text, finished=choice.finish_reason != "length", tokens=tokens)


def _text(content: Any) -> str:
    """Return a content's text, which may come in parts."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    texts = (part.get("text") if isinstance(part, dict) else part for part in parts)
    return "".join(text for text in texts if isinstance(text, str))


def _shown(content: bytes) -> str:
    return repr(content[:120].decode(errors="replace"))
