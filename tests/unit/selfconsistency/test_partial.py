from pathlib import Path
from typing import Any

import msgspec

from lambdas.contract.schema import Partition
from selfconsistency.fetch import fetch_votes
from selfconsistency.runs import Run

PARTITIONS = b"".join(
    msgspec.json.encode(Partition("r1", "arn:x", 1, f"{setting}-000", setting, "000")) + b"\n"
    for setting in ("greedy", "T0.7")
)
RUN = Run("r1", status="failed", wave=2)


def put(account: Any, stack: Any, **votes: bytes) -> None:
    """Lay two waves out, and leave votes: by "w" and the wave, and the partition's setting."""
    for wave in ("01", "02"):
        key = f"runs/r1/waves/{wave}/partitions.jsonl"
        account.s3().put_object(Bucket=stack.bucket, Key=key, Body=PARTITIONS)
    for name, body in votes.items():
        wave, setting = name.split("_")
        partition = {"greedy": "greedy-000", "sampled": "T0.7-000"}[setting]
        key = f"runs/r1/waves/{wave.removeprefix('w')}/votes/{partition}.jsonl"
        account.s3().put_object(Bucket=stack.bucket, Key=key, Body=body)


def test_the_votes_of_the_last_wave_are_written_partition_by_partition(
    account: Any, stack: Any, tmp_path: Path
) -> None:
    old = {"w01_greedy": b"old\n", "w01_sampled": b"old\n"}
    put(account, stack, **old, w02_greedy=b"1\n2\n", w02_sampled=b"3\n")

    wave = fetch_votes(account, stack, RUN, tmp_path / "new")

    assert wave == 2
    assert (tmp_path / "new" / "votes.jsonl").read_bytes() == b"1\n2\n3\n"
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["votes.jsonl"]


def test_a_wave_in_which_a_partition_has_not_voted_is_passed_over(
    account: Any, stack: Any, tmp_path: Path
) -> None:
    put(account, stack, w01_greedy=b"1\n", w01_sampled=b"2\n", w02_greedy=b"3\n")

    assert fetch_votes(account, stack, RUN, tmp_path) == 1
    assert (tmp_path / "votes.jsonl").read_bytes() == b"1\n2\n"


def test_a_run_without_a_whole_wave_of_votes_leaves_nothing(
    account: Any, stack: Any, tmp_path: Path
) -> None:
    put(account, stack, w01_greedy=b"1\n")

    assert fetch_votes(account, stack, RUN, tmp_path / "new") is None
    assert not (tmp_path / "new").exists()
