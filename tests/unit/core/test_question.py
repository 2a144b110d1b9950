"""Questions of a shard: what is written reads back."""

from lambdas.contract.schema import Question
from lambdas.core.question import read_shard, write_shard
from tests.unit.core.samples import rows


def test_a_shard_reads_back_from_its_file() -> None:
    questions = [Question(3, "a\u2028", "one\u0085two\nthree", "1"), Question(4, "b", "?", None)]

    lines = b"".join(write_shard(questions)).split(b"\n")

    assert list(read_shard(rows(*lines))) == questions
