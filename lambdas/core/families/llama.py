"""Meta Llama: one prompt in the chat template of its generation.

Source: Bedrock user guide, Meta Llama models; templates: Meta, model cards and prompt formats.
The default is Converse, which writes the template itself.
"""

from dataclasses import dataclass
from typing import Any

import msgspec

from lambdas.core.families.base import Answered, Family, Form, Row, Sampling, Stops
from lambdas.core.families.converse import CONVERSE

# Of `max_gen_len`, whatever the model; more can be asked through Converse.
_MOST_TOKENS = 2048
_STOPS = Stops(finished=frozenset({"stop"}), cut_off=frozenset({"length"}), filtered=frozenset())


class _LlamaOutput(msgspec.Struct):
    generation: str | None = None
    stop_reason: str | None = None
    prompt_token_count: int | None = None
    generation_token_count: int | None = None


_ROWS = msgspec.json.Decoder(Row[_LlamaOutput])


@dataclass(frozen=True, slots=True)
class Llama(Form):
    """Llama's own form.

    Attributes:
        before: what the template has before the user's text.
        after: what it has behind, up to where the model is to go on.
    """

    before: str = ""
    after: str = ""

    def body(self, prompt: str, sampling: Sampling) -> dict[str, Any]:
        """Return the prompt as the user's turn in the template."""
        return {
            "prompt": f"{self.before}{prompt}{self.after}",
            "max_gen_len": sampling.max_tokens,
            "temperature": sampling.temperature,
            **sampling.nucleus("top_p"),
        }

    def read(self, output: _LlamaOutput) -> Answered:
        """Return the one completion."""
        completion = _STOPS.completion(output.generation, output.stop_reason)
        return Answered([completion], output.prompt_token_count, output.generation_token_count)


def _family(name: str, pattern: str, before: str, after: str, max_tokens: int) -> Family:
    form = Llama("InvokeModel", 1, _ROWS, max_tokens=_MOST_TOKENS, before=before, after=after)
    return Family(name, pattern, (CONVERSE, form), max_temperature=1.0, max_tokens=max_tokens)


LLAMA_2 = _family("llama2", r"meta\.llama2-[a-z0-9.:-]+", "<s>[INST] ", " [/INST]", 2048)
LLAMA_4 = _family(
    "llama4",
    r"meta\.llama4-[a-z0-9.:-]+",
    "<|begin_of_text|><|header_start|>user<|header_end|>\n\n",
    "<|eot|><|header_start|>assistant<|header_end|>\n\n",
    8192,
)
# Llama 3 to 3.3, and what comes after 4 until its template is known.
LLAMA = _family(
    "llama",
    r"meta\.llama(?![24]-)[a-z0-9.:-]+",
    "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\n",
    "<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
    8192,
)
