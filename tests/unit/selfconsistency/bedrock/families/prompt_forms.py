"""The InvokeModel forms of models asked with a prompt, as Bedrock's user guide has them."""

from unittest.mock import ANY

from tests.unit.selfconsistency.bedrock.families.form import Form

LLAMA3 = "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nQ: 1 + 1?<|eot_id|>"
USER = [{"role": "user", "content": "Q: 1 + 1?"}]
TOKEN = {
    "generatedToken": {"token": "Two.", "logprob": 0.0},
    "topTokens": None,
    "textRange": {"start": 0, "end": 4},
}

PROMPT_FORMS = [
    Form(
        "meta.llama3-1-8b-instruct-v1:0",
        {"prompt": LLAMA3, "max_gen_len": 100, "temperature": 0.7, "top_p": 0.9},
        {
            "generation": "Two.",
            "prompt_token_count": 3,
            "generation_token_count": 1,
            "stop_reason": "stop",
        },
        {"stop_reason": "length"},
        [{"prompt": ""}, {"max_tokens": 100}, {"max_gen_len": 0}, {"temperature": 2}],
    ),
    Form(
        "mistral.mistral-7b-instruct-v0:2",
        {
            "prompt": "<s>[INST] Q: 1 + 1? [/INST]",
            "max_tokens": 100,
            "stop": ["Q:"],
            "temperature": 0.7,
            "top_p": 0.9,
            "top_k": 50,
        },
        {"outputs": [{"text": "Two.", "stop_reason": "stop"}]},
        {"outputs": [{"text": "Twel", "stop_reason": "length"}]},
        [{"prompt": " "}, {"messages": USER}, {"temperature": 1.1}, {"max_tokens": 8193}],
    ),
    Form(
        "cohere.command-text-v14",
        {"prompt": "Q: 1 + 1?", "max_tokens": 100, "temperature": 0.7, "p": 0.9, "k": 50},
        {
            "generations": [
                {"id": ANY, "text": "Two.", "finish_reason": "COMPLETE"},
                {"id": ANY, "text": "Twel", "finish_reason": "MAX_TOKENS"},
            ],
            "id": ANY,
            "prompt": "Q: 1 + 1?",
        },
        {},
        [{"num_generations": 6}, {"temperature": 5.1}, {"message": "Q"}],
        several={"num_generations": 2},
    ),
    Form(
        "ai21.j2-mid-v1",
        {
            "prompt": "Q: 1 + 1?",
            "maxTokens": 100,
            "temperature": 0.7,
            "topP": 0.9,
            "stopSequences": ["Q:"],
            "countPenalty": {"scale": 0},
            "presencePenalty": {"scale": 0, "applyToNumbers": True},
            "frequencyPenalty": {"scale": 0},
        },
        {
            "id": ANY,
            "prompt": {"text": "Q: 1 + 1?", "tokens": [ANY, ANY, ANY]},
            "completions": [
                {
                    "data": {"text": "Two.", "tokens": [TOKEN]},
                    "finishReason": {"reason": "endoftext"},
                },
                {
                    "data": {"text": "Twel", "tokens": [ANY]},
                    "finishReason": {"reason": "length", "length": 100},
                },
            ],
        },
        {},
        [
            {"numResults": 17},
            {"numResults": 0},
            {"maxTokens": 8192},
            {"temperature": 1.1},
            {"max_tokens": 5},
            {"countPenalty": 1},
        ],
        several={"numResults": 2},
    ),
    Form(
        "deepseek.r1-v1:0",
        {
            "prompt": "<\uff5cUser\uff5c>Q: 1 + 1?<\uff5cAssistant\uff5c><think>\n",
            "max_tokens": 100,
            "temperature": 0.7,
            "top_p": 0.9,
        },
        {"choices": [{"text": "Two.", "stop_reason": "stop"}]},
        {"choices": [{"text": "Twel", "stop_reason": "length"}]},
        [{"prompt": ""}, {"messages": USER}, {"max_tokens": 40_000}],
    ),
]
