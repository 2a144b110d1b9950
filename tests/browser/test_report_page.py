"""The report in a browser: charts are drawn, questions are found, and nothing else happens."""

import csv
import json
import re
import zlib
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Download, Locator, expect

from lambdas.contract.report import PathSpread, Report, SettingReport
from lambdas.contract.statistics import PathCost
from lambdas.contract.votes import SettingWaveSummary, WaveSummary
from lambdas.core.report.explorer import Explorer
from lambdas.core.report.explorer_rows import QuestionRow, VoteRow
from tests.browser.conftest import Open, Opened
from tests.unit.core.report.question_samples import an_explorer
from tests.unit.core.report.samples import MADE_UP, a_report, a_setting, with_settings

SAMPLED = ("T0.5", "T0.7", "T1.0")
WHOLE = a_report(
    settings=("greedy", *SAMPLED), early_stop=True, variants=["repair"], warnings=["lost"] * 5
)
# With few variants, so that they are shown at once.
REPORT = replace(
    WHOLE,
    settings=tuple(
        each if each.setting == "T0.7" else replace(each, variants=()) for each in WHOLE.settings
    ),
)
QUESTIONS = an_explorer(300, with_paths=30)
HOSTILE = (
    "<script>window.hit=1</script>",
    "<img src=x onerror=window.hit=1>",
    "</script><script>window.hit=1</script>",
    "<!--<script>window.hit=1",
    "<svg onload=window.hit=1>",
    "javascript:window.hit=1",
    "{{constructor.constructor('window.hit=1')()}}",
    "<iframe srcdoc='<script>parent.hit=1</script>'>",
)
CHARTS_OF_REPORT = ("accuracy", "calibration", "coverage", "waves", "bought", "cost", "time")
LIGHT_INK, DARK_INK = "#1c2127", "#e8eaed"


def a_question(id_: str, **changed: Any) -> QuestionRow:
    """Return a question with greedy's answer wrong and the vote's right, 3 of 5 for it."""
    greedy = a_vote("26", correct=False, votes=[("26", 1)], winner_path="Greedy says 26.")
    vote = a_vote(
        "18",
        correct=True,
        votes=[("18", 3), ("26", 2)],
        winner_path="It is\n  18.",
        rival_path="It is 26.",
        rival_answer="26",
    )
    members: dict[str, Any] = {
        "question": f"What is {id_}?",
        "gold": "18",
        "highlights": ("vote_gained",),
        "settings": {"greedy": greedy, "T0.7": vote},
    }
    return QuestionRow(id=id_, **(members | changed))


def a_vote(answer: str | None, **changed: Any) -> VoteRow:
    votes = changed.get("votes", [])
    members: dict[str, Any] = {
        "correct": None,
        "paths": sum(count for _, count in votes) + changed.get("unanswered", 0),
        "support": votes[0][1] if votes else 0,
        "votes": votes,
        "unanswered": 0,
        "tied": False,
        "wave": 1,
    }
    return VoteRow(answer=answer, **(members | changed))


def explorer_of(*questions: QuestionRow) -> Explorer:
    count = len(questions)
    return Explorer(total=count, shown=count, with_paths=count, questions=list(questions))


def small_report() -> Report:
    return with_settings(a_setting("greedy", 0.5), a_setting("T0.7", 0.4, 0.5, 0.6))


def many_settings(count: int) -> Report:
    """Return a report of many settings, with every chart that settings have."""
    names = [f"T{number / 20:.2f}" for number in range(1, count + 1)]
    return a_report(settings=("greedy", *names), questions=40, early_stop=True)


def choose(opened: Opened, name: str, value: str) -> None:
    opened.page.select_option(f"#explorer-{name}", value)


def download(opened: Opened, button: str) -> Download:
    with opened.page.expect_download() as found:
        opened.page.click(button)
    return found.value


def csv_rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def drawn_in(pdf: bytes) -> bytes:
    """Return what a PDF's streams say to draw."""
    drawn = []
    for found in re.finditer(rb"(?<!end)stream\r?\n", pdf):
        with suppress(zlib.error):
            drawn.append(zlib.decompressobj().decompress(pdf[found.end() :]))
    return b"\n".join(drawn)


def question(opened: Opened, place: int = 0) -> Locator:
    return opened.page.locator("details.question").nth(place)


def unfold(opened: Opened, place: int = 0) -> None:
    """Open a question; what stands below it comes a moment after the click."""
    question(opened, place).locator("summary").first.click()
    expect(question(opened, place).locator(".opened")).to_be_visible()


def test_every_chart_is_drawn_once_with_its_lines(open_page: Open) -> None:
    charts = open_page(REPORT, QUESTIONS).charts()

    lines = {name: [label for label in chart["lines"] if label] for name, chart in charts.items()}
    assert lines == {
        "accuracy": [
            *SAMPLED,
            "T0.7, repair",
            *(f"{name}, all its paths" for name in SAMPLED),
            "greedy",
        ],
        "calibration": ["final", "perfect calibration"],
        "coverage": ["final"],
        "waves": ["wave 1", "wave 2", "exhausted"],
        "bought": [*SAMPLED, "greedy"],
        "cost": ["final", "greedy"],
        "time": ["jobs"],
    }
    assert all(chart["painted"] > 5000 for chart in charts.values())


def test_the_final_vote_is_drawn_beside_greedy_and_the_settings_below_it(open_page: Open) -> None:
    charts = open_page(a_report()).charts()

    lines = {name: [label for label in chart["lines"] if label] for name, chart in charts.items()}
    assert lines["final"] == ["final", "greedy"]
    assert lines["accuracy"] == ["T0.5", "T0.7", "greedy"]
    assert charts["final"]["painted"] > 5000


def test_a_report_without_figures_for_a_chart_has_no_place_for_it(open_page: Open) -> None:
    opened = open_page(with_settings(a_setting("T0.7")))

    assert opened.charts() == {}
    expect(opened.page.locator("#questions")).to_have_count(0)


@pytest.mark.parametrize(
    "means", [(1.0, 1.0), (0.0, 0.0), (0.5,) * 30], ids=["all", "none", "half"]
)
def test_a_flat_curve_is_drawn(open_page: Open, means: tuple[float, ...]) -> None:
    charts = open_page(
        with_settings(a_setting("greedy", means[0]), a_setting("T1.0", *means))
    ).charts()

    assert charts["accuracy"]["painted"] > 5000


def test_a_vote_over_more_paths_than_its_curve_is_a_mark_at_their_mean(open_page: Open) -> None:
    early = a_setting("T0.7", 0.4, 0.5, 0.6, accuracy=0.65, paths=PathSpread(3, 7.5, 10))
    opened = open_page(with_settings(a_setting("greedy", 0.5), early))

    mark = opened.page.evaluate(
        """() => Chart.getChart(document.querySelector("canvas")).data.datasets
          .find(({label}) => label === "T0.7, all its paths").data"""
    )

    assert mark == [{"x": 7.5, "y": 65, "text": "65.00% with 7.5 paths on average"}]


def datasets_of(opened: Opened, name: str, *members: str) -> list[list[Any]]:
    """Return members of each line or bar of a chart that has a label."""
    found: list[list[Any]] = opened.page.evaluate(
        """([name, members]) => Chart.getChart(document.querySelector(`[data-chart=${name}]`))
          .data.datasets.filter(({label}) => label)
          .map((each) => members.map((member) => each[member]))""",
        [name, members],
    )
    return found


def a_costly_setting(name: str, *costs: tuple[int, float], **changed: Any) -> SettingReport:
    known = tuple(PathCost(paths, cost) for paths, cost in costs)
    return a_setting(name, 0.5, path_costs=known, usd_per_path=9.0, **changed)


def test_a_line_of_cost_has_the_costs_that_are_known_and_ends_with_them(open_page: Open) -> None:
    opened = open_page(
        with_settings(
            a_setting("greedy", 0.5, cost_usd=1.5, path_costs=(PathCost(1, 1.5),)),
            a_costly_setting("T0.5", (1, 1.0), (2, 1.25), (6, 2.5)),
            a_setting("T0.7", 0.5, usd_per_path=9.0),
        )
    )

    assert datasets_of(opened, "cost", "label", "data") == [
        [
            "T0.5",
            [
                {"x": 1, "y": 1.0, "text": "$1.00"},
                {"x": 2, "y": 1.25, "text": "$1.25"},
                {"x": 6, "y": 2.5, "text": "$2.50"},
            ],
        ],
        ["greedy", [{"x": x, "y": 1.5, "text": "$1.50"} for x in (1, 6)]],
    ]


@pytest.mark.parametrize(
    ("most", "ticks"),
    [(2.0, {"$0.00", "$0.20", "$2.00"}), (0.02, {"$0.000", "$0.002", "$0.020"})],
    ids=["dollars", "cents"],
)
def test_ticks_of_cost_have_the_same_decimals(
    open_page: Open, most: float, ticks: set[str]
) -> None:
    opened = open_page(with_settings(a_costly_setting("T0.5", (1, most / 2), (2, most))))

    shown = opened.page.evaluate(
        """() => Chart.getChart(document.querySelector("[data-chart=cost]")).scales.y.ticks
          .map(({label}) => label)"""
    )

    assert ticks <= set(shown)
    assert len({len(each) for each in shown}) == 1


def test_time_is_a_bar_of_each_setting_s_jobs_and_no_line(open_page: Open) -> None:
    opened = open_page(
        with_settings(
            a_setting("greedy", 0.5, job_seconds=60.0), a_setting("T0.7", job_seconds=240.0)
        )
    )

    # In minutes, the longest being two at least.
    assert datasets_of(opened, "time", "label", "data") == [["jobs", [1, 4]]]


def test_questions_that_left_unsettled_are_a_part_of_their_bar(open_page: Open) -> None:
    first = SettingWaveSummary("T0.7", 10, 50, 0, decided=4, exhausted=0, open=6)
    last = SettingWaveSummary("T0.7", 6, 30, 0, decided=1, exhausted=5, open=0)
    waves = (WaveSummary(1, 1, 50, 50, (first,)), WaveSummary(2, 1, 30, 30, (last,)))
    opened = open_page(with_settings(a_setting("T0.7", 0.5), waves=waves))

    assert datasets_of(opened, "waves", "label", "data") == [
        ["wave 1", [4]],
        ["wave 2", [1]],
        ["exhausted", [5]],
    ]


@pytest.mark.parametrize(("labelled", "label"), [(300, "greedy"), (281, "greedy (281 questions)")])
def test_the_line_of_greedy_says_when_it_is_of_other_questions(
    open_page: Open, labelled: int, label: str
) -> None:
    opened = open_page(
        with_settings(
            a_setting("greedy", 0.5, labelled=labelled),
            a_setting("T0.7", 0.5, 0.6, labelled=300, paths=PathSpread(2, 2.0, 2)),
        )
    )

    assert datasets_of(opened, "accuracy", "label") == [["T0.7"], [label]]


def test_a_copy_of_any_chart_of_made_up_figures_says_so(open_page: Open) -> None:
    made_up = replace(REPORT, answered_by=tuple(MADE_UP))

    plain, labelled = (pictures(open_page(report)) for report in (REPORT, made_up))

    assert set(plain) == set(labelled) == {*CHARTS_OF_REPORT}
    assert all(plain[name] != labelled[name] for name in plain)


def test_labelled_tables_and_charts_do_not_widen_a_phone_s_page(open_page: Open) -> None:
    made_up = replace(REPORT, answered_by=tuple(MADE_UP))

    opened = open_page(made_up, viewport={"width": 390, "height": 844})

    assert not opened.is_too_wide()


def pictures(opened: Opened) -> dict[str, str]:
    """Return what each chart of a page looks like."""
    found: dict[str, str] = opened.page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll("canvas")].map(
          (canvas) => [canvas.dataset.chart, canvas.toDataURL()]))"""
    )
    return found


def test_up_to_36_settings_no_two_lines_look_alike(open_page: Open) -> None:
    opened = open_page(many_settings(36))

    looks = {
        json.dumps(look) for look in datasets_of(opened, "bought", "borderColor", "borderDash")
    }

    # Those of the settings, and greedy's.
    assert len(looks) == 36 + 1


@pytest.mark.parametrize("width", [390, 1280])
def test_many_settings_leave_room_for_their_lines(open_page: Open, width: int) -> None:
    opened = open_page(many_settings(20), viewport={"width": width, "height": 844})
    heights = """() => [...document.querySelectorAll("canvas")].map((canvas) =>
      Chart.getChart(canvas).chartArea.height)"""

    assert min(opened.page.evaluate(heights)) >= 220
    assert not opened.is_too_wide()
    # Turned and turned back.
    opened.page.set_viewport_size({"width": 844, "height": 390})
    opened.page.set_viewport_size({"width": width, "height": 844})
    opened.ink()
    assert min(opened.page.evaluate(heights)) >= 220


def test_variants_are_shown_when_asked_for(open_page: Open) -> None:
    opened = open_page(REPORT)

    opened.page.uncheck("#show-variants")

    assert "T0.7, repair" not in opened.charts()["accuracy"]["lines"]


def test_charts_follow_light_dark_and_paper(open_page: Open) -> None:
    opened = open_page(REPORT, QUESTIONS, color_scheme="dark")
    inks = [opened.ink()]

    for media in ({"color_scheme": "light"}, {"color_scheme": "dark"}, {"media": "print"}):
        opened.page.emulate_media(**media)
        inks.append(opened.ink())

    assert inks == [DARK_INK, LIGHT_INK, DARK_INK, LIGHT_INK]
    assert len(opened.charts()) == 7


def test_paper_has_charts_and_tables_and_leaves_out_what_one_clicks(open_page: Open) -> None:
    opened = open_page(REPORT, QUESTIONS, color_scheme="dark")
    opened.page.emulate_media(media="print")

    background = opened.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == "rgb(255, 255, 255)"
    expect(opened.page.locator("#settings")).to_be_visible()
    expect(opened.page.locator("canvas").first).to_be_visible()
    for hidden in ("#questions", "nav", "#curve-csv"):
        expect(opened.page.locator(hidden)).to_be_hidden()
    # As wide as A4 between its margins.
    opened.page.set_viewport_size({"width": 718, "height": 1000})
    opened.ink()
    assert not opened.is_too_wide()
    assert all(chart["painted"] > 5000 for chart in opened.charts().values())
    # Chromium prints charts as lines: here in the blue of the light palette, #0072B2.
    assert re.search(rb"\s0 \.447\d* \.698\d* RG\s", drawn_in(opened.page.pdf(format="A4")))


def test_paper_has_all_warnings_and_figures_and_the_screen_what_was_open(open_page: Open) -> None:
    opened = open_page(REPORT, QUESTIONS)
    unfolded = "document.querySelectorAll('main details[open]').length"
    opened.page.click("text=Figures of the curves")

    opened.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    on_paper = opened.page.evaluate(unfolded)
    opened.page.evaluate("dispatchEvent(new Event('afterprint'))")

    # Warnings, and the figures of the curve, of agreement and of the cost.
    assert (on_paper, opened.page.evaluate(unfolded)) == (4, 1)


def test_a_chart_on_paper_fills_its_place(open_page: Open) -> None:
    opened = open_page(many_settings(20))
    opened.page.emulate_media(media="print")
    opened.page.set_viewport_size({"width": 718, "height": 1000})
    opened.ink()

    empty = opened.page.evaluate(
        """() => [...document.querySelectorAll(".canvas")].map((place) =>
          place.clientHeight - place.querySelector("canvas").clientHeight)"""
    )

    assert max(empty) == 0


def test_without_scripts_the_tables_are_there_and_nothing_that_needs_one(open_page: Open) -> None:
    opened = open_page(REPORT, QUESTIONS, java_script_enabled=False)

    expect(opened.page.locator("#settings")).to_contain_text(f"{REPORT.settings[-1].accuracy:.2%}")
    expect(opened.page.locator("noscript p").first).to_contain_text("Charts need JavaScript")
    expect(opened.page.locator("#questions noscript p")).to_be_visible()
    for hidden in ("figure", "#explorer", "#curve-csv", "#show-variants"):
        expect(opened.page.locator(hidden).first).to_be_hidden()


def test_a_search_finds_text_ids_and_answers(open_page: Open) -> None:
    opened = open_page(
        small_report(), explorer_of(*(a_question(id_) for id_ in ("one", "two", "Three & 4")))
    )
    found = {}

    for words in ("TWO", "what three", "26", "18 one", "none of these"):
        opened.page.fill("#explorer-search", words)
        found[words] = opened.ids()

    assert found == {
        "TWO": ["two"],
        "what three": ["Three & 4"],
        "26": ["one", "two", "Three & 4"],
        "18 one": ["one"],
        "none of these": [],
    }
    assert opened.counted() == "0 of 3 questions"
    assert opened.page.get_attribute("#explorer-count", "aria-live") == "polite"


def test_a_filter_shows_the_questions_that_it_names(open_page: Open) -> None:
    right, wrong = a_vote("18", correct=True, votes=[("18", 1)]), a_vote("26", correct=False)
    vote = a_vote("18", correct=True, votes=[("18", 4), ("26", 1)])
    lost = a_vote("26", correct=False, votes=[("26", 4), ("18", 1)])
    split = a_vote("18", correct=True, votes=[("18", 3), ("26", 2)], rival_path="It is 26.")
    unanswered = a_vote(None, correct=False, unanswered=5)
    opened = open_page(
        small_report(),
        explorer_of(
            a_question("gained"),
            a_question("lost", settings={"greedy": right, "T0.7": lost}),
            a_question("both right", settings={"greedy": right, "T0.7": vote}),
            a_question("split", settings={"greedy": wrong, "T0.7": split}),
            a_question("no answer", settings={"greedy": wrong, "T0.7": unanswered}),
        ),
    )
    choose(opened, "order", "given")
    found = {}

    for name in ("all", "gained", "lost", "wrong", "split", "unanswered", "paths"):
        choose(opened, "filter", name)
        found[name] = opened.ids()

    assert found == {
        "all": ["gained", "lost", "both right", "split", "no answer"],
        "gained": ["gained", "split"],
        "lost": ["lost"],
        "wrong": ["lost", "no answer"],
        "split": ["gained", "split"],
        "unanswered": ["no answer"],
        "paths": ["gained", "split"],
    }


def test_a_filter_may_be_of_one_setting_alone(open_page: Open) -> None:
    opened = open_page(REPORT, QUESTIONS)
    gained = {
        setting: [
            each.id
            for each in QUESTIONS.questions
            if not each.settings["greedy"].correct and each.settings[setting].correct
        ]
        for setting in SAMPLED
    }
    choose(opened, "filter", "gained")
    choose(opened, "order", "given")

    for setting in SAMPLED:
        choose(opened, "setting", setting)
        assert opened.ids() == gained[setting][:50]
        assert opened.counted() == f"{len(gained[setting])} of 300 questions"


def test_questions_are_first_filtered_by_their_final_answer(open_page: Open) -> None:
    wrong = a_vote("26", correct=False, votes=[("26", 2), ("18", 1)])
    right = a_vote("18", correct=True, votes=[("18", 4), ("26", 2)])
    settings = {"final": right, "T0.5": wrong, "T0.7": right}
    opened = open_page(REPORT, explorer_of(a_question("q1", settings=settings)))

    choose(opened, "filter", "wrong")
    by_final = opened.ids()
    choose(opened, "setting", "")

    assert by_final == []
    assert opened.ids() == ["q1"]


def test_orders_put_first_what_they_name(open_page: Open) -> None:
    votes = {
        "confident": a_vote("1", votes=[("1", 10)]),
        "split": a_vote("1", votes=[("1", 5), ("2", 5)]),
        "unanswered": a_vote("1", votes=[("1", 3), ("2", 1)], unanswered=6),
    }
    questions = [
        a_question(name, settings={"T0.7": vote}, gold=None) for name, vote in votes.items()
    ]
    opened = open_page(small_report(), explorer_of(*questions))
    first = {}

    for order in ("given", "split", "confident", "unanswered"):
        choose(opened, "order", order)
        first[order] = opened.ids()[0]

    assert first == {
        "given": "confident",
        "split": "split",
        "confident": "confident",
        "unanswered": "unanswered",
    }


def test_a_set_without_answers_offers_no_filter_that_needs_them(open_page: Open) -> None:
    vote = a_vote("1", votes=[("1", 5)])
    opened = open_page(
        with_settings(a_setting("T0.7")),
        explorer_of(a_question("q", gold=None, settings={"T0.7": vote})),
    )

    offered = opened.page.locator("#explorer-filter option").evaluate_all(
        "(options) => options.map((each) => each.value)"
    )
    assert offered == ["all", "split", "unanswered", "paths"]
    expect(opened.page.locator("#explorer-setting")).to_be_hidden()


def test_a_greedy_run_s_questions_can_be_looked_at(open_page: Open) -> None:
    greedy = a_vote("26", correct=False, votes=[("26", 1)], winner_path="It is 26.")
    opened = open_page(
        with_settings(a_setting("greedy", 0.5)),
        explorer_of(a_question("q", settings={"greedy": greedy})),
    )

    choose(opened, "filter", "wrong")
    unfold(opened)

    assert opened.ids() == ["q"]
    expect(question(opened).locator(".reasoning")).to_have_text("It is 26.")


def test_a_question_opens_to_its_tally_and_its_paths_side_by_side(open_page: Open) -> None:
    opened = open_page(small_report(), explorer_of(a_question("one")))
    row = question(opened)

    unfold(opened)

    assert row.locator(".tally li").all_inner_texts() == ["18\n3", "26\n2"]
    expect(row.locator(".tally h3")).to_contain_text("T0.7: 18")
    expect(row.locator(".opened")).to_contain_text("Right answer: 18")
    expect(row.locator(".tally")).to_contain_text("3 of 5 paths for the winner")
    assert row.locator(".path summary").all_inner_texts() == [
        "greedy: 26",
        "T0.7, for the winner 18",
        "T0.7, for 26",
    ]
    # Line ends and blanks are shown as they are.
    assert row.locator(".reasoning").all_inner_texts() == [
        "Greedy says 26.",
        "It is\n  18.",
        "It is 26.",
    ]
    tops = {box["y"] for box in (each.bounding_box() for each in row.locator(".path").all()) if box}
    assert len(tops) == 1


@pytest.mark.parametrize(
    ("answers", "others", "last"),
    [
        pytest.param(9, 0, "8\n1", id="the last has a row"),
        pytest.param(10, 0, "2 other answers\n2 paths", id="two"),
        pytest.param(3, 1, "1 other answer\n1 path", id="one that the page does not have"),
        pytest.param(20, 5, "17 other answers\n17 paths", id="with those it does not have"),
    ],
)
def test_answers_without_a_row_are_counted(
    open_page: Open, answers: int, others: int, last: str
) -> None:
    votes = [(str(number), 1) for number in range(answers)]
    votes += [("…", others)] if others else []
    vote = a_vote("0", votes=votes, answers_left_out=others)
    opened = open_page(small_report(), explorer_of(a_question("q", settings={"T0.7": vote})))
    unfold(opened)

    assert question(opened).locator(".tally li").all_inner_texts()[-1] == last


def test_what_people_and_models_wrote_runs_in_its_own_direction(open_page: Open) -> None:
    right_to_left = "כמה תפוחים?"
    vote = a_vote("שלוש", votes=[("שלוש", 2)], winner_path=right_to_left)
    found = a_question("q", question=right_to_left, gold="שלוש", settings={"T0.7": vote})
    opened = open_page(small_report(), explorer_of(found))
    unfold(opened)

    directions = opened.page.evaluate(
        """() => [".question-text", ".text", ".reasoning", ".opened b", ".chip .answer",
          ".tally .answer"]
          .map((each) => getComputedStyle(document.querySelector(each)).direction)"""
    )

    assert directions == ["rtl"] * 6


def test_questions_come_fifty_at_a_time(open_page: Open) -> None:
    opened = open_page(REPORT, QUESTIONS)
    rows = opened.page.locator("details.question")
    expect(rows).to_have_count(50)

    opened.page.click("text=Show 50 more of 250")

    expect(rows).to_have_count(100)
    expect(rows.nth(50).locator("summary").first).to_be_focused()


def test_what_is_shown_can_be_downloaded(open_page: Open) -> None:
    opened = open_page(
        small_report(), explorer_of(*(a_question(id_) for id_ in ("one", "two", "twenty")))
    )
    opened.page.fill("#explorer-search", "tw")

    table = download(opened, "#explorer-csv")
    whole = download(opened, "#explorer-json")

    assert table.suggested_filename == "run-1-questions.csv"
    figures = ("answer", "correct", "support", "paths", "unanswered", "tied")
    heads = [f"{setting} {figure}" for setting in ("greedy", "T0.7") for figure in figures]
    greedy = ["26", "false", "1", "1", "0", "false"]
    voted = ["18", "true", "3", "5", "0", "false"]
    assert csv_rows(table.path()) == [
        ["id", "question", "gold", *heads],
        *([id_, f"What is {id_}?", "18", *greedy, *voted] for id_ in ("two", "twenty")),
    ]
    assert whole.suggested_filename == "run-1-questions.json"
    assert msgspec.json.decode(whole.path().read_bytes(), type=list[QuestionRow]) == [
        a_question("two"),
        a_question("twenty"),
    ]


def test_no_cell_of_a_download_is_a_formula(open_page: Open) -> None:
    cells = [f'{start}HYPERLINK("http://example.com","é")' for start in "=+-@\t\r\n＝＋－＠"]
    questions = [a_question(f"q{place}", question=cell) for place, cell in enumerate(cells)]
    opened = open_page(small_report(), explorer_of(*questions))

    rows = csv_rows(download(opened, "#explorer-csv").path())

    assert [row[1] for row in rows[1:]] == [f"'{cell}" for cell in cells]


def test_a_number_in_a_download_stays_a_number(open_page: Open) -> None:
    cells = {"-5": "-5", "-0.25": "-0.25", "12": "12", "-5+1": "'-5+1", "+5": "'+5", "-": "'-"}
    opened = open_page(small_report(), explorer_of(*(a_question("q", gold=cell) for cell in cells)))

    rows = csv_rows(download(opened, "#explorer-csv").path())

    assert [row[2] for row in rows[1:]] == list(cells.values())


def test_the_curve_can_be_downloaded(open_page: Open) -> None:
    opened = open_page(small_report())
    opened.page.click("text=Figures of the curves")

    rows = csv_rows(download(opened, "#curve-csv").path())

    assert rows == [
        ["setting", "paths", "mean", "sd"],
        ["T0.7", "1", "0.4", "0"],
        ["T0.7", "2", "0.5", "0"],
        ["T0.7", "3", "0.6", "0"],
    ]


def a_hostile_question(text: str) -> QuestionRow:
    vote = a_vote(
        text,
        correct=False,
        votes=[(text, 2), (f"{text}2", 1)],
        **dict.fromkeys(("winner_path", "rival_path", "rival_answer", "unanswered_path"), text),
    )
    settings = {"greedy": vote, text: vote, "T0.7": vote}
    return a_question(text, question=text, gold=text, settings=settings)


def test_what_models_and_users_wrote_does_nothing(open_page: Open) -> None:
    settings = [a_setting("T0.7", 0.4, 0.5, setting=text) for text in HOSTILE]
    name = "".join(HOSTILE)
    report = with_settings(a_setting("greedy", 0.5), *settings, run_id=name, warnings=HOSTILE)

    opened = open_page(report, explorer_of(*map(a_hostile_question, HOSTILE)))
    for place in range(len(HOSTILE)):
        unfold(opened, place)
        question(opened, place).locator("text=Reasoning paths at").nth(1).click()

    assert opened.ids() == list(HOSTILE)
    assert opened.page.evaluate("window.hit") is None
    assert opened.page.locator("img, iframe, svg, script[src]").count() == 0
    assert opened.page.title() == f"Run {name}"


def test_the_page_s_policy_stops_a_script_that_is_not_its_own(open_page: Open) -> None:
    opened = open_page(small_report())

    opened.page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "window.hit = 1";
          document.body.append(script);
        }"""
    )

    assert opened.page.evaluate("window.hit") is None
    assert opened.page.evaluate("window.violations.splice(0)") == ["script-src-elem inline"]
    assert [each for each in opened.complaints if "Content Security Policy" in each]
    opened.complaints.clear()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_one_column_without_scrolling_sideways(open_page: Open, scheme: str) -> None:
    opened = open_page(
        REPORT, QUESTIONS, viewport={"width": 360, "height": 740}, color_scheme=scheme
    )
    unfold(opened)
    for folded in opened.page.locator("main details:not(.question):not(.question *)").all():
        folded.evaluate("(each) => { each.open = true }")

    assert not opened.is_too_wide()
    widths = {
        box["x"] for box in map(Locator.bounding_box, question(opened).locator(".path").all())
    }
    assert len(widths) == 1


def test_long_words_do_not_widen_a_phone_s_page(open_page: Open) -> None:
    word = "x" * 400
    long = a_vote(word, correct=True, votes=[(word, 3)], winner_path=word, unanswered_path=word)
    found = a_question(word, question=word, gold=word, settings={"greedy": long, "T0.7": long})
    report = replace(small_report(), run_id=word, warnings=(word,))
    opened = open_page(report, explorer_of(found), viewport={"width": 360, "height": 740})
    unfold(opened)

    assert not opened.is_too_wide()


def test_buttons_and_fields_are_large_enough_for_a_finger(open_page: Open) -> None:
    opened = open_page(REPORT, QUESTIONS, viewport={"width": 360, "height": 740})
    targets = opened.page.locator("button:visible, input[type=search], select:visible").all()

    heights = [box["height"] for box in map(Locator.bounding_box, targets) if box]

    assert len(heights) >= 7
    assert min(heights) >= 44


def test_the_keyboard_reaches_the_search_and_opens_a_question(open_page: Open) -> None:
    opened = open_page(small_report(), explorer_of(a_question("one"), a_question("two")))
    keyboard, focused = opened.page.keyboard, "document.activeElement"

    for _ in range(40):
        keyboard.press("Tab")
        if opened.page.evaluate(f"{focused}.id") == "explorer-search":
            break
    keyboard.type("two")
    for _ in range(10):
        keyboard.press("Tab")
        if opened.page.evaluate(f"{focused}.tagName") == "SUMMARY":
            break
    outline = opened.page.evaluate(f"getComputedStyle({focused}).outlineStyle")
    keyboard.press("Enter")

    assert opened.ids() == ["two"]
    assert outline == "solid"
    expect(question(opened).locator(".reasoning").first).to_be_visible()


def test_every_control_and_chart_has_a_name_for_screen_readers(open_page: Open) -> None:
    opened = open_page(REPORT, QUESTIONS)
    page = opened.page

    for name in ("Search text, id or answer", "Show", "in setting", "sorted by"):
        expect(page.get_by_label(name, exact=True)).to_be_visible()
    expect(page.get_by_role("img", name="Line chart of accuracy against")).to_have_count(3)
    expect(page.get_by_role("img", name="Stacked bars of decided questions: T0.5")).to_be_visible()
    for name in ("Accuracy of the final vote", "Accuracy of each setting by itself"):
        expect(page.get_by_role("table", name=name)).to_be_visible()


def test_ten_thousand_questions_are_below_five_megabytes_and_can_be_filtered(
    open_page: Open, tmp_path: Path
) -> None:
    explorer = an_explorer(10_000, with_paths=200)
    opened = open_page(REPORT, explorer)

    opened.page.fill("#explorer-search", "gsm-9999")
    found = opened.counted()
    opened.page.fill("#explorer-search", "")
    choose(opened, "filter", "split")
    choose(opened, "order", "confident")

    assert len(msgspec.json.encode(explorer)) > 3_500_000
    assert (tmp_path / "report.html").stat().st_size < 5_000_000
    assert found == "1 of 10,000 questions"
    assert len(opened.ids()) == 50
