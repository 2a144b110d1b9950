"""The InvokeModel forms of models asked with messages, as Bedrock's user guide has them."""

from unittest.mock import ANY

from tests.unit.local.bedrock.families.form import Form

USER = [{"role": "user", "content": "Q: 1 + 1?"}]

MESSAGE_FORMS = [
    Form(
        "anthropic.claude-3-haiku-20240307-v1:0",
        {
            "anthropic_version": "bedrock-2023-05-31",
            "max_tokens": 100,
            "system": "Be brief.",
            "messages": [{"role": "user", "content": [{"type": "text", "text": "Q: 1 + 1?"}]}],
            "temperature": 0.7,
            "top_p": 0.9,
            "top_k": 50,
            "stop_sequences": ["Q:"],
        },
        {
            "id": ANY,
            "type": "message",
            "role": "assistant",
            "model": "anthropic.claude-3-haiku-20240307-v1:0",
            "content": [{"type": "text", "text": "Two."}],
            "stop_reason": "end_turn",
            "stop_sequence": None,
            "usage": {"input_tokens": 5, "output_tokens": 1},
        },
        {"stop_reason": "max_tokens"},
        [
            {"anthropic_version": "2023-06-01"},
            {"max_tokens": 0},
            {"temperature": 1.1},
            {"top_p": 2},
            {"messages": USER * 2},
            {"messages": []},
            {"inferenceConfig": {}},
        ],
        texts=("Be brief.", "Q: 1 + 1?"),
    ),
    Form(
        "amazon.nova-lite-v1:0",
        {
            "schemaVersion": "messages-v1",
            "messages": [{"role": "user", "content": [{"text": "Q: 1 + 1?"}]}],
            "system": [{"text": "Be brief."}],
            "inferenceConfig": {"maxTokens": 100, "temperature": 0.7, "topP": 0.9, "topK": 20},
        },
        {
            "output": {"message": {"role": "assistant", "content": [{"text": "Two."}]}},
            "stopReason": "end_turn",
            "usage": {"inputTokens": 5, "outputTokens": 1, "totalTokens": 6},
        },
        {"stopReason": "max_tokens"},
        [
            {"inferenceConfig": {"max_tokens": 100}},
            {"inferenceConfig": {"temperature": 1.1}},
            {"messages": USER},
            {"schemaVersion": "messages-v2"},
        ],
        texts=("Be brief.", "Q: 1 + 1?"),
    ),
    Form(
        "mistral.mistral-large-2407-v1:0",
        {"messages": USER, "max_tokens": 100, "temperature": 0.7, "top_p": 0.9},
        {
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": "Two."},
                    "stop_reason": "stop",
                }
            ]
        },
        {
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": "Twel"},
                    "stop_reason": "length",
                }
            ]
        },
        [{"prompt": "Q"}, {"n": 2}, {"max_tokens": 8193}, {"temperature": 1.1}],
    ),
    Form(
        "cohere.command-r-plus-v1:0",
        {
            "message": "Q: 1 + 1?",
            "preamble": "Be brief.",
            "chat_history": [
                {"role": "USER", "message": "Hi"},
                {"role": "CHATBOT", "message": "Ho"},
            ],
            "max_tokens": 100,
            "temperature": 0.7,
            "p": 0.9,
            "k": 50,
            "seed": 1,
        },
        {
            "response_id": ANY,
            "text": "Two.",
            "generation_id": ANY,
            "finish_reason": "COMPLETE",
            "chat_history": [
                {"role": "USER", "message": "Q: 1 + 1?"},
                {"role": "CHATBOT", "message": "Two."},
            ],
        },
        {"finish_reason": "MAX_TOKENS"},
        [
            {"message": ""},
            {"temperature": 1.1},
            {"chat_history": [{"role": "user", "message": "Hi"}]},
            {"num_generations": 2},
            {"p": 1},
        ],
        texts=("Be brief.", "Hi", "Ho", "Q: 1 + 1?"),
    ),
    Form(
        "ai21.jamba-1-5-mini-v1:0",
        {"messages": USER, "max_tokens": 100, "temperature": 0.7, "top_p": 0.9, "stop": ["Q:"]},
        {
            "id": ANY,
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": "Two."},
                    "finish_reason": "stop",
                },
                {
                    "index": 1,
                    "message": {"role": "assistant", "content": "Twel"},
                    "finish_reason": "length",
                },
            ],
            "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
        },
        {},
        [{"n": 17}, {"n": 2, "temperature": 0}, {"max_tokens": 4097}, {"temperature": 2.1}],
        several={"n": 2},
    ),
    Form(
        "openai.gpt-oss-20b-1:0",
        {
            "messages": USER,
            "max_completion_tokens": 100,
            "temperature": 0.7,
            "top_p": 0.9,
            "reasoning_effort": "low",
        },
        {
            "id": ANY,
            "object": "chat.completion",
            "created": ANY,
            "model": "openai.gpt-oss-20b-1:0",
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": "Two."},
                    "finish_reason": "stop",
                }
            ],
            "usage": {"prompt_tokens": 3, "completion_tokens": 1, "total_tokens": 4},
        },
        {
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": "Twel"},
                    "finish_reason": "length",
                }
            ]
        },
        [{"n": 2}, {"temperature": 2.1}, {"prompt": "Q"}, {"stream": True}],
    ),
]
