"""The top of the page: the main result with its uncertainty, advice and warnings."""

from dataclasses import replace

import pytest

from lambdas.contract.report import DatasetReport, FinalReport, PathSpread, SettingReport
from lambdas.contract.statistics import Advice, Gain, Interval
from lambdas.core.report.page.summary import main_result, summary, uncertainty
from tests.unit.core.report.samples import a_final, a_setting, with_settings

QUESTIONS = 1234
DATASET = DatasetReport(QUESTIONS, QUESTIONS)
GREEDY = a_setting("greedy", 0.6, labelled=QUESTIONS)
NO_GAIN = Gain(0.01, -0.02, 0.04, 40, 30, p_value=0.61, questions=QUESTIONS, base=0.6)
GAIN = Gain(0.02, 0.001, 0.039, 40, 20, p_value=0.03, questions=QUESTIONS, base=0.6)


def warm(*means: float, name: str = "T0.7", **changed: object) -> SettingReport:
    """Return a setting with a mean of 4.5 paths."""
    base = a_setting(name, *means)
    paths = replace(base.paths, mean=4.5)
    return replace(base, **({"labelled": QUESTIONS, "paths": paths} | changed))


@pytest.mark.parametrize(
    ("settings", "facts"),
    [
        pytest.param(
            [GREEDY, warm(0.7)],
            [
                "4.5 paths per question at T0.7 is right for 70.00% of the questions",
                "+10.00 points",
            ],
            id="one setting",
        ),
        pytest.param(
            [warm(0.6, name="T0.5"), warm(0.7)],
            ["at T0.7, the best of 2 settings,", "70.00% of the questions."],
            id="the best of several, without greedy",
        ),
        pytest.param(
            [GREEDY, warm(0.61, gain=NO_GAIN)],
            ["+1.00 points against greedy’s 60.00%, which may be chance (p = 0.61)."],
            id="a gain that may be chance",
        ),
        pytest.param(
            [GREEDY, warm(0.62, gain=replace(GAIN, p_value=0.05))],
            ["+2.00 points against greedy’s 60.00%, which may be chance (p = 0.050)."],
            id="a gain that only the test doubts",
        ),
        pytest.param(
            [GREEDY, warm(0.62, gain=GAIN)],
            ["+2.00 points against greedy’s 60.00%."],
            id="a significant gain",
        ),
        pytest.param(
            [GREEDY, warm(0.6, gain=replace(NO_GAIN, points=0.0))],
            ["right for 60.00% of the questions: no difference from greedy’s 60.00%."],
            id="no difference",
        ),
        pytest.param(
            [
                replace(GREEDY, labelled=281),
                warm(0.62, gain=replace(GAIN, base=0.59, questions=281)),
            ],
            ["+2.00 points against greedy’s 59.00% on the 281 questions that both have."],
            id="greedy has fewer questions",
        ),
        pytest.param(
            [replace(GREEDY, labelled=281), warm(0.62)],
            ["is right for 62.00% of the questions."],
            id="greedy has others, and none is compared",
        ),
        pytest.param(
            [warm(0.62, labelled=1000)],
            ["is right for 62.00% of the 1,000 questions with known answers and paths."],
            id="some questions lost all their paths",
        ),
        pytest.param(
            [GREEDY, warm()],
            ["Greedy is right for 60.00% of the questions"],
            id="no vote is scored",
        ),
        pytest.param([warm()], ["Not scored: no path has a readable answer."], id="no answer read"),
    ],
)
def test_the_main_result(settings: list[SettingReport], facts: list[str]) -> None:
    sentence = main_result(with_settings(*settings, dataset=DATASET))

    assert [fact for fact in facts if fact not in sentence] == []


def together(*settings: str, **changed: object) -> FinalReport:
    """Return the vote of these settings, right for 64 % of the questions, by 20 paths."""
    members = {
        "accuracy": 0.64,
        "labelled": QUESTIONS,
        "questions": QUESTIONS,
        "paths": PathSpread(20, 20.0, 20),
        "interval": Interval(0.6132, 0.6662),
        "gain": GAIN,
    }
    return a_final(*settings, **(members | changed))


@pytest.mark.parametrize(
    ("settings", "final", "sentence"),
    [
        pytest.param(
            [GREEDY, warm(0.7, name="T0.5"), warm(0.62)],
            together("T0.5", "T0.7"),
            "A vote over 20 paths per question from T0.5 and T0.7 together is right for 64.00%"
            " (±\xa02.65) of the questions: +2.00 points against greedy’s 60.00%.",
            id="several settings, none of which is chosen",
        ),
        pytest.param(
            [GREEDY, warm(0.64)],
            together("T0.7", gain=NO_GAIN),
            "A vote over 20 paths per question at T0.7 is right for 64.00% (±\xa02.65) of the"
            " questions: +1.00 points against greedy’s 60.00%, which may be chance (p = 0.61).",
            id="one setting, and a gain that may be chance",
        ),
        pytest.param(
            [warm(0.64, name="mix", temperature=None, temperatures=(0.5, 1.0))],
            together("mix", gain=None),
            "A vote over 20 paths per question in a mix of temperatures 0.5 and 1 is right for"
            " 64.00% (±\xa02.65) of the questions.",
            id="a mix",
        ),
        pytest.param(
            [replace(GREEDY, interval=Interval(0.57, 0.63))],
            together("greedy", accuracy=0.6, gain=None),
            "Greedy is right for 60.00% (±\xa03.00) of the questions; no vote is scored.",
            id="greedy alone",
        ),
        pytest.param(
            [warm()],
            together("T0.7", accuracy=None, interval=None, gain=None),
            "Not scored: no path has a readable answer.",
            id="nothing scored",
        ),
    ],
)
def test_the_run_s_one_answer_is_the_main_result(
    settings: list[SettingReport], final: FinalReport, sentence: str
) -> None:
    assert main_result(with_settings(*settings, dataset=DATASET, final=final)) == sentence


def test_the_run_s_one_answer_has_its_intervals_and_p_and_is_not_the_luckiest() -> None:
    report = with_settings(GREEDY, warm(0.7), final=together("T0.5", "T0.7"))

    assert uncertainty(report) == (
        "95% interval over questions: 61.32 to 66.62%; of the gain +0.10 to +3.90 points,"
        " p\xa0=\xa00.030."
    )


def test_advice_is_the_final_vote_s_alone() -> None:
    final = together("T0.5", "T0.7", advice=Advice("Take 10 mixed paths"), cost_usd=0.2468)

    top = summary(with_settings(warm(0.7, advice=Advice("Take 5")), final=final))

    assert '<ul class="advice"><li>Take 10 mixed paths.</li></ul>' in top
    assert "Take 5" not in top
    assert "<dt>A thousand questions</dt><dd>$0.20</dd>" in top


def test_the_main_result_says_how_many_questions_have_known_answers() -> None:
    report = with_settings(warm(0.7, labelled=1200), dataset=DatasetReport(2000, 1200))

    assert main_result(report).endswith("70.00% of the 1,200 questions with known answers.")


def test_a_dataset_without_answers_is_voted_and_not_scored() -> None:
    report = with_settings(warm(), dataset=DatasetReport(5, 0))

    assert main_result(report).startswith("Voted, not scored")


def test_the_main_result_has_its_intervals() -> None:
    best = warm(0.7, interval=Interval(0.45, 0.85), gain=NO_GAIN)

    alone = uncertainty(with_settings(GREEDY, best))
    chosen = uncertainty(with_settings(GREEDY, warm(0.6, name="T0.5"), best))

    assert "45.00 to 85.00%" in alone
    assert "−2.00 to +4.00 points" in alone
    assert "best of 2 settings" in chosen
    assert uncertainty(with_settings(GREEDY)) == ""


def test_advice_stands_on_top_with_its_setting() -> None:
    advice = Advice("10 paths give 97 % of the gain")

    top = summary(with_settings(warm(0.7, advice=advice)))

    assert '<ul class="advice"><li>T0.7: 10 paths give 97 % of the gain.</li></ul>' in top


@pytest.mark.parametrize(("warnings", "folded"), [(0, 0), (1, 0), (3, 0), (4, 1), (9, 6)])
def test_the_first_three_warnings_stand_open_and_the_rest_are_folded(
    warnings: int, folded: int
) -> None:
    top = summary(with_settings(warm(0.7), warnings=("lost",) * warnings))
    head, _, rest = top.partition("<details")

    assert (head.count("<li>lost</li>"), rest.count("<li>lost</li>")) == (warnings - folded, folded)
