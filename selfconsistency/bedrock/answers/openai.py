"""Asks an OpenAI-compatible endpoint: Ollama, vLLM, llama.cpp or any other."""

from typing import Any

import msgspec
import urllib3

from selfconsistency.bedrock.answers.source import AnswerError, Asked, Completion, Place

CONNECT_TIMEOUT_S = 10.0
READ_TIMEOUT_S = 600.0
AT_ONCE = 8


class _Message(msgspec.Struct):
    content: str | None = None


class _Choice(msgspec.Struct):
    message: _Message
    finish_reason: str | None = None


class _Usage(msgspec.Struct):
    completion_tokens: int | None = None


class _Chat(msgspec.Struct):
    choices: list[_Choice]
    usage: _Usage | None = None


class _Model(msgspec.Struct):
    id: str


class _Models(msgspec.Struct):
    listed: list[_Model] = msgspec.field(name="data")


class OpenAiCompatible:
    """Answers from `URL/v1/chat/completions`.

    Asks for all completions of a record at once (`n`); what an endpoint that
    ignores or refuses `n` leaves open is asked for one by one. Without a model
    name the first that the endpoint lists is taken. Failures are error rows.
    """

    def __init__(
        self, url: str, model: str = "", api_key: str = "", at_once: int = AT_ONCE
    ) -> None:
        self._base = url.rstrip("/").removesuffix("/v1") + "/v1"
        self._model = model
        self._headers = {"Content-Type": "application/json"}
        if api_key:
            self._headers["Authorization"] = f"Bearer {api_key}"
        self._pool = urllib3.PoolManager(
            maxsize=at_once,
            timeout=urllib3.Timeout(connect=CONNECT_TIMEOUT_S, read=READ_TIMEOUT_S),
            retries=urllib3.Retry(2, status_forcelist=(429, 502, 503), allowed_methods=None),
        )
        self._takes_n = True
        self.at_once = at_once

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
            left = asked.count - len(completions)
            completions += self._asked_once(asked, left if self._takes_n else 1)
        return completions[: asked.count]

    def _asked_once(self, asked: Asked, count: int) -> list[Completion]:
        try:
            body = self._body(asked) | ({"n": count} if count > 1 else {})
            chat = msgspec.json.decode(self._post("/chat/completions", body), type=_Chat)
        except _RefusedError as error:
            if count == 1:
                raise
            return self._after_refusal(asked, error)
        except msgspec.MsgspecError as error:
            raise AnswerError(500, f"{self._base} answered in another form: {error}") from error
        if not chat.choices:
            raise AnswerError(500, f"{self._base} answered without choices")
        tokens = chat.usage.completion_tokens if chat.usage and len(chat.choices) == 1 else None
        return [_completion(choice, tokens) for choice in chat.choices]

    def _after_refusal(self, asked: Asked, refused: "_RefusedError") -> list[Completion]:
        """Find out whether it was `n` that the endpoint refused."""
        try:
            single = self._asked_once(asked, 1)
        except AnswerError:
            raise refused from None
        self._takes_n = False
        return single

    def _body(self, asked: Asked) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": self._model_name(),
            "messages": [{"role": turn.role, "content": turn.text} for turn in asked.turns],
            "max_tokens": asked.max_tokens,
        }
        return body if asked.temperature is None else body | {"temperature": asked.temperature}

    def _model_name(self) -> str:
        if not self._model:
            models = msgspec.json.decode(self._get("/models"), type=_Models).listed
            self._model = models[0].id if models else ""
        return self._model

    def _get(self, path: str) -> bytes:
        return self._sent("GET", path, None)

    def _post(self, path: str, body: dict[str, Any]) -> bytes:
        return self._sent("POST", path, msgspec.json.encode(body))

    def _sent(self, method: str, path: str, body: bytes | None) -> bytes:
        try:
            answer = self._pool.request(method, self._base + path, body=body, headers=self._headers)
        except urllib3.exceptions.HTTPError as error:
            raise AnswerError(500, f"{self._base}{path} failed: {error}") from error
        if answer.status in (400, 422):
            raise _RefusedError(500, f"{self._base}{path} refused: {answer.data[:200]!r}")
        if answer.status != 200:
            raise AnswerError(
                500, f"{self._base}{path} failed with {answer.status}: {answer.data[:200]!r}"
            )
        return answer.data


class _RefusedError(AnswerError):
    """The endpoint found fault with the request."""


def _completion(choice: _Choice, tokens: int | None) -> Completion:
    text = choice.message.content or ""
    return Completion(text, finished=choice.finish_reason != "length", tokens=tokens)
