"""Prompts between `[INST]` and `[/INST]`, as Mistral's and Llama 2's templates have them."""

import re

from local.bedrock.answers.source import Turn

_TOKENS = re.compile(r"\[INST\]|\[/INST\]")


def instructed(prompt: str) -> tuple[Turn, ...]:
    """Return what stands between the tokens, by turns user and assistant.

    A prompt without the tokens, or with them in another order, is one user turn.

    >>> instructed("<s>[INST] Hi [/INST] Ho</s>[INST] Again [/INST]")[2]
    Turn(role='user', text='Again')
    """
    parts = _TOKENS.split(prompt)
    order = _TOKENS.findall(prompt)
    if not order or order != ["[INST]", "[/INST]"] * (len(order) // 2):
        return (Turn("user", prompt),)
    texts = [part.strip().removeprefix("<s>").removesuffix("</s>").strip() for part in parts[1:]]
    turns = [
        Turn("user" if place % 2 == 0 else "assistant", text) for place, text in enumerate(texts)
    ]
    return tuple(turn for turn in turns if turn.text) or (Turn("user", prompt),)
