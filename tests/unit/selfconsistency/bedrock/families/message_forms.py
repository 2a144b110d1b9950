"""The InvokeModel forms of models asked with messages, as Bedrock's user guide has them."""

from unittest.mock import ANY

from tests.unit.selfconsistency.bedrock.families.form import Form

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
