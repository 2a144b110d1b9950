"""Fault plans: presets, files, and what is wrong with a file that is none."""

from pathlib import Path

import pytest

from local.faults.edge import EdgeFault
from local.faults.plan import (
    NO_PLAN,
    ChosenFaults,
    FaultPlan,
    FaultPlanError,
    chosen_faults,
    presets,
    read_plan,
)
from selfconsistency.bedrock.settings import Faults


def test_there_is_a_preset_for_each_fault_by_name() -> None:
    wanted = """throttled quota-full lost-answers partial expired stopped failed no-successes
        error-rows missing-rows duplicate-rows broken-rows truncated late-output wrong-manifest
        foreign stuck refused storage-throttled crashes time-outs storm"""

    assert set(wanted.split()) <= set(presets())


@pytest.mark.parametrize("name", presets())
def test_each_preset_says_what_it_is_and_does_something(name: str) -> None:
    plan = read_plan(name)

    assert plan.about
    assert plan.bedrock != Faults() or plan.edge


def test_a_file_is_read_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text(
        '{"seed": 7, "bedrock": {"drop_rows": 0.1, "fail_jobs": [2]}, "edge": [{"function": "Vote",'
        ' "service": "s3", "action": "PutObject", "kind": "die_after", "first": 1}]}'
    )

    plan = read_plan(str(file))

    assert plan.seed == 7
    assert (plan.bedrock.drop_rows, list(plan.bedrock.fail_jobs)) == (0.1, [2])
    assert plan.edge == (EdgeFault("Vote", "s3", "PutObject", "die_after", first=1),)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("nothing of the kind", "expected a JSON object such as"),
        ("[]", "Expected `object`"),
        ('{"sead": 1}', "unknown field `sead`"),
        ('{"bedrock": {"dorp_rows": 0.1, "drop_rows": 0.1}}', "bedrock has no dorp_rows; it has "),
        ('{"bedrock": {"drop_rows": 2}}', "drop_rows is 2.0, must be a share from 0 to 1"),
        ('{"bedrock": {"refusal": "Maybe"}}', "'Maybe'"),
        (
            '{"edge": [{"function": "", "service": "sqs", "action": "", "kind": "error"}]}',
            "'sqs'",
        ),
        (
            '{"edge": [{"function": "", "service": "s3", "action": "", "kind": "time_out_after"}]}',
            "a time-out is of the service 'lambda'",
        ),
        (
            '{"edge": [{"function": "", "service": "s3", "action": "", "kind": "stale"}]}',
            "a stale answer of the service 'states'",
        ),
        (
            '{"edge": [{"function": "", "service": "s3", "action": "", "kind": "error", '
            '"first": -1}]}',
            "must be 0 or more",
        ),
    ],
)
def test_a_file_that_is_no_plan_is_refused_with_the_reason(
    content: str, complaint: str, tmp_path: Path
) -> None:
    file = tmp_path / "mine.json"
    file.write_text(content)

    with pytest.raises(FaultPlanError) as refused:
        read_plan(str(file))

    assert complaint in str(refused.value)


def test_neither_preset_nor_file_is_refused_with_the_presets() -> None:
    with pytest.raises(FaultPlanError, match=r"'none' is neither .* presets: broken-rows, crashes"):
        read_plan("none")


def test_one_line_tells_the_faults_and_the_seed() -> None:
    edge = (EdgeFault("Vote", "s3", "PutObject", "throttle", first=1, share=0.25),)
    plan = FaultPlan(seed=7, bedrock=Faults(fail_jobs=(2, 1), no_manifest=True), edge=edge)

    assert ChosenFaults("mine.json", plan).told() == (
        "faults mine.json, seed 7: fail_jobs 1+2, no_manifest, "
        "throttle s3 PutObject in Vote (first 1, 25% of the rest)"
    )


def test_nothing_chosen_is_false_and_a_plan_by_name_is_not() -> None:
    assert not ChosenFaults("", NO_PLAN)
    assert str(chosen_faults("storm")) == "storm"


def test_a_file_keeps_its_whole_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.json").write_text("{}")
    monkeypatch.chdir(tmp_path)

    assert str(chosen_faults("mine.json")) == str(tmp_path / "mine.json")
