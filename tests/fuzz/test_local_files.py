"""Files that the local stack reads: recorded generations, and question sets for simulated ones."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfconsistency.bedrock.answers.answer_key import AnswerKeyError, read_answer_key
from selfconsistency.bedrock.answers.recorded import RecordingError, read_recording
from selfconsistency.recordings import recorded_request
from tests.fuzz.bounds import FUZZ, outcome
from tests.fuzz.inputs import JSON, json_bytes, nested, noise, wrong

RECORDED = [
    b'{"question": "1?", "samples": {"greedy": ["1"], "T0.7": ["1", "2"]}}\n'
    b'{"question": "2?", "samples": {"greedy": ["1"], "T0.7": ["1"]}}\n',
    b'{"question": "1?", "samples": ["1", "2"]}',
]
SAMPLES = st.dictionaries(
    st.sampled_from(["greedy", "T0.7", "Thot", "", "T1e999", "Tnan"]),
    st.lists(st.text(max_size=5), max_size=3) | JSON,
    max_size=3,
)
ROWS = st.fixed_dictionaries(
    {"question": st.text(max_size=5) | JSON, "samples": SAMPLES | JSON}
).map(json_bytes)
SETS = [
    b'{"question": "How many?", "answer": "72\\n#### 72"}\n{"question": "2?", "answer": 1}\n',
    b'{"question": "Which?", "choices": ["up", "down"], "answer": 1}\n',
    b"question,A,B,answer\nWhich?,x,y,B\n",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


@FUZZ
@given(content=noise() | wrong(RECORDED) | ROWS | nested(b"[", b"]"))
def test_a_recording_is_read_or_refused(folder: Path, content: bytes) -> None:
    file = folder / "recorded.jsonl"
    file.write_bytes(content)

    outcome(lambda: read_recording(file), len(content), RecordingError)
    outcome(lambda: recorded_request(file, {}), len(content), RecordingError)


@FUZZ
@given(content=noise() | wrong(SETS), name=st.sampled_from(["q.jsonl", "q.csv"]))
def test_an_answer_key_is_read_or_refused(folder: Path, content: bytes, name: str) -> None:
    file = folder / name
    file.write_bytes(content)

    outcome(lambda: read_answer_key(file), len(content), (AnswerKeyError, ValueError))
