"""Every model family through the deployed app: asked in its own form, read, voted, paid for."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from selfconsistency.bedrock.answers.answer_key import read_answer_key
from selfconsistency.bedrock.answers.simulated import Simulated

# A model of each family and form; the second is asked in the form that is not its default.
MODELS: dict[str, dict[str, Any]] = {
    "nova": {"model_id": "us.amazon.nova-lite-v1:0"},
    "nova native": {"model_id": "amazon.nova-pro-v1:0", "invocation_type": "InvokeModel"},
    "claude": {"model_id": "global.anthropic.claude-haiku-4-5-20251001-v1:0"},
    "claude native": {
        "model_id": "anthropic.claude-3-5-sonnet-20240620-v1:0",
        "invocation_type": "InvokeModel",
    },
    "llama": {"model_id": "us.meta.llama3-3-70b-instruct-v1:0"},
    "llama native": {
        "model_id": "meta.llama3-1-8b-instruct-v1:0",
        "invocation_type": "InvokeModel",
    },
    "llama4 native": {
        "model_id": "us.meta.llama4-scout-17b-instruct-v1:0",
        "invocation_type": "InvokeModel",
    },
    "mistral": {"model_id": "mistral.ministral-3-8b-instruct"},
    "mistral native": {
        "model_id": "mistral.mistral-large-2407-v1:0",
        "invocation_type": "InvokeModel",
    },
    "mistral text": {
        "model_id": "mistral.mistral-7b-instruct-v0:2",
        "invocation_type": "InvokeModel",
    },
    "gpt-oss": {"model_id": "openai.gpt-oss-20b-1:0"},
    "gpt-oss native": {"model_id": "openai.gpt-oss-120b-1:0", "invocation_type": "InvokeModel"},
    "qwen": {"model_id": "qwen.qwen3-32b-v1:0"},
    "deepseek": {"model_id": "deepseek.v3-v1:0", "invocation_type": "InvokeModel"},
    "deepseek r1": {"model_id": "us.deepseek.r1-v1:0"},
    "llama2 native": {
        "model_id": "meta.llama2-13b-chat-v1",
        "invocation_type": "InvokeModel",
    },
    "kimi": {"model_id": "moonshot.kimi-k2-thinking"},
    "minimax": {"model_id": "minimax.minimax-m2"},
    "glm": {"model_id": "zai.glm-4.6"},
    "nemotron": {"model_id": "nvidia.nemotron-nano-9b-v2"},
    "gemma": {"model_id": "google.gemma-3-12b-it"},
    "command": {"model_id": "cohere.command-text-v14"},
    "jurassic": {"model_id": "ai21.j2-mid-v1"},
}
SEVERAL_A_RECORD = {"command": 120, "jurassic": 120}
REQUEST = {"greedy": False, "temperatures": [0.7], "paths": 3, "max_tokens": 300}
AT_ONCE = 4


def test_every_family_brings_the_votes_of_its_completions(
    deployed: Any, questions: Callable[..., Path]
) -> None:
    asked = questions(120)
    known = Simulated(read_answer_key(asked))

    with deployed.answering.to(known), ThreadPoolExecutor(AT_ONCE) as pool:
        runs = {
            name: pool.submit(deployed.run, asked, {**REQUEST, **model})
            for name, model in MODELS.items()
        }
        ended = {name: run.result() for name, run in runs.items()}

    failed = {name: each.run.message for name, each in ended.items() if not each.votes}
    assert failed == {}
    votes = {name: _without_wave(each.votes) for name, each in ended.items()}
    for name, each in ended.items():
        [setting] = each.report["settings"]
        assert votes[name] == votes["nova"], name
        assert setting["generations"] == 3 * 120, name
        assert setting["records"] == SEVERAL_A_RECORD.get(name, 3 * 120), name
        assert setting["accuracy"] > 0.5, name


def _without_wave(votes: list[dict[str, Any]]) -> dict[str, Any]:
    return {vote["question_id"]: (vote["answer"], vote["votes"]) for vote in votes}
