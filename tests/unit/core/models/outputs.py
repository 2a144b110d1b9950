"""An output of each form as Bedrock documents it, and the completions in it."""

from typing import Any

import msgspec

from lambdas.core.models.base import Completion, Form, OutputRow, RecordOutput

TEXT = "The answer is 18."
SAID = Completion(TEXT)


def converse(stop: str | None = "end_turn", **members: Any) -> dict[str, Any]:
    content = [{"text": TEXT}]
    return {
        "output": {"message": {"role": "assistant", "content": content}},
        "stopReason": stop,
        "usage": {"inputTokens": 7, "outputTokens": 5, "totalTokens": 12},
        "metrics": {"latencyMs": 300},
    } | members


def claude(stop: str | None = "end_turn", **members: Any) -> dict[str, Any]:
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "claude-3-haiku-20240307",
        "content": [{"type": "text", "text": TEXT}],
        "stop_reason": stop,
        "stop_sequence": None,
        "usage": {"input_tokens": 7, "output_tokens": 5},
    } | members


def chat(*stops: str | None, named: str = "finish_reason", **members: Any) -> dict[str, Any]:
    choices = [
        {"index": place, "message": {"role": "assistant", "content": TEXT}, named: stop}
        for place, stop in enumerate(stops or ("stop",))
    ]
    usage = {"prompt_tokens": 7, "completion_tokens": 5, "total_tokens": 12}
    return {"id": "c-1", "choices": choices, "usage": usage} | members


def llama(stop: str | None = "stop", **members: Any) -> dict[str, Any]:
    return {
        "generation": TEXT,
        "prompt_token_count": 7,
        "generation_token_count": 5,
        "stop_reason": stop,
    } | members


def jurassic(*stops: str) -> dict[str, Any]:
    token = {"generatedToken": {"token": "▁The", "logprob": -0.1}, "textRange": {"start": 0}}
    return {
        "id": 1234,
        "prompt": {"text": "Q: 1?", "tokens": [token] * 7},
        "completions": [
            {"data": {"text": TEXT, "tokens": [token] * 5}, "finishReason": {"reason": stop}}
            for stop in stops or ("endoftext",)
        ],
    }


def command(*stops: str) -> dict[str, Any]:
    return {
        "id": "1",
        "prompt": "Q: 1?",
        "generations": [
            {"id": str(place), "text": TEXT, "finish_reason": stop}
            for place, stop in enumerate(stops or ("COMPLETE",))
        ],
    }


def mistral_text(stop: str = "stop") -> dict[str, Any]:
    return {"outputs": [{"text": TEXT, "stop_reason": stop}]}


STATED = RecordOutput([SAID], 7, 5)
UNSTATED = RecordOutput([SAID])

# Family → its own form's output, and what the form reads from it.
INVOKE_MODEL: dict[str, tuple[dict[str, Any], RecordOutput]] = {
    "nova": (converse(), STATED),
    "claude": (claude(), STATED),
    "llama": (llama(), STATED),
    "llama2": (llama(), STATED),
    "llama4": (llama(), STATED),
    "mistral": (chat(named="stop_reason", usage=None), UNSTATED),
    "mistral-text": (mistral_text(), UNSTATED),
    "openai": (chat(), STATED),
    "qwen": (chat(), STATED),
    "deepseek": (chat(), STATED),
    "kimi": (chat(), STATED),
    "minimax": (chat(), STATED),
    "glm": (chat(), STATED),
    "nemotron": (chat(), STATED),
    "gemma": (chat(), STATED),
    "cohere-command": (command(), UNSTATED),
    "jurassic": (jurassic("endoftext", "endoftext"), RecordOutput([SAID, SAID], 7, 10)),
}


def documented(family: str, form: Form) -> tuple[dict[str, Any], RecordOutput]:
    """Return a form's documented output and what the form reads from it."""
    return (converse(), STATED) if form.invocation_type == "Converse" else INVOKE_MODEL[family]


def decoded(form: Form, content: bytes) -> OutputRow[Any]:
    """Return a line of output as a form's decoder reads it."""
    row: OutputRow[Any] = form.rows.decode(content)
    return row


def read(form: Form, output: object) -> RecordOutput:
    """Return what a form reads from an output within its row."""
    line = {"modelInput": {"any": 1}, "modelOutput": output, "recordId": "q0000000s00"}
    return form.read(decoded(form, msgspec.json.encode(line)).modelOutput)
