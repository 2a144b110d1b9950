"""The same figures wherever they stand: page, report, CSV, votes and table."""

import csv
import json
from html.parser import HTMLParser
from typing import Any

import pytest
from boto3.dynamodb.conditions import Key

REQUEST = {
    "model_id": "us.amazon.nova-lite-v1:0",
    "temperatures": [0.5, 0.7],
    "paths": 9,
    "early_stop": 0.95,
    "variants": ["repair"],
}


class Tables(HTMLParser):
    """The tables of a page, by id: their rows of cells, each cell's own text without notes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self._rows: list[list[str]] = []
        self._in_cell = self._in_note = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._rows = self.tables.setdefault(dict(attrs).get("id") or "", [])
        elif tag == "tr":
            self._rows.append([])
        elif tag in {"td", "th"}:
            self._rows[-1].append("")
            self._in_cell = True
        elif tag == "small":
            self._in_note = True

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"}:
            self._in_cell = False
        elif tag == "small":
            self._in_note = False

    def handle_data(self, data: str) -> None:
        if self._in_cell and not self._in_note:
            self._rows[-1][-1] += data


@pytest.fixture(scope="module")
def ended(deployed: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    file = tmp_path_factory.mktemp("figures") / "sums.jsonl"
    rows = ({"question": f"What is {n} plus {n}?", "answer": str(2 * n)} for n in range(1, 121))
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return deployed.run(file, REQUEST)


@pytest.fixture(scope="module")
def page(deployed: Any, ended: Any) -> dict[str, list[list[str]]]:
    return Tables((deployed.folder / ended.run_id / "report.html").read_text()).tables


def entries(deployed: Any, ended: Any, prefix: str) -> list[dict[str, Any]]:
    table = deployed.connection.dynamodb().Table(deployed.stack.table)
    wanted = Key("run_id").eq(ended.run_id) & Key("entry").begins_with(prefix)
    found: list[dict[str, Any]] = table.query(KeyConditionExpression=wanted)["Items"]
    return found


def percent(share: float) -> str:
    return f"{share:.2%}"


def test_accuracies_on_the_page_are_those_of_the_report(ended: Any, page: Any) -> None:
    _, *rows = page["settings"]
    expected = []
    for setting in ended.report["settings"]:
        expected.append((setting["setting"], percent(setting["accuracy"])))
        expected += [
            ("with wrong sums repaired", percent(variant["accuracy"]))
            for variant in setting["variants"]
        ]

    assert [(row[0], row[1]) for row in rows] == expected


def test_the_curve_is_the_same_in_page_report_csv_and_table(
    deployed: Any, ended: Any, page: Any
) -> None:
    curves = {
        (setting["setting"], point["paths"]): (point["mean"], point["sd"])
        for setting in ended.report["settings"]
        for point in setting["curve"]
    }
    lines = (deployed.folder / ended.run_id / "accuracy.csv").read_text().splitlines()
    heads, *rows = page["curve"]

    in_csv = {
        (row["setting"], int(row["paths"])): (float(row["mean"]), float(row["sd"]))
        for row in csv.DictReader(lines)
    }
    in_table = {
        (row["entry"].split("#")[1], int(row["paths"])): (float(row["mean"]), float(row["sd"]))
        for row in entries(deployed, ended, "accuracy#")
    }
    on_page = {
        (name, int(row[0])): cell
        for row in rows
        for name, cell in zip(heads[1:], row[1:], strict=True)
        if cell
    }

    assert in_csv == in_table == curves
    assert on_page == {
        key: f"{percent(mean)} ± {100 * sd:.2f}"
        for key, (mean, sd) in curves.items()
        if key[0] != "greedy"
    }


def test_waves_are_the_same_in_page_report_and_table(deployed: Any, ended: Any, page: Any) -> None:
    _, *rows = page["waves-figures"]

    on_page = [[cell.replace(",", "") for cell in row] for row in rows]
    told = []
    exhausted = any(
        each["exhausted"] for wave in ended.report["waves"] for each in wave["settings"]
    )
    counted = ("questions", "decided", *(("exhausted",) if exhausted else ()), "open")
    for wave in ended.report["waves"]:
        counts = [str(wave[name]) for name in ("wave", "jobs", "records", "generations")]
        for each in wave["settings"]:
            stood = [
                each["setting"],
                *(str(each[name]) for name in counted),
            ]
            told.append([*counts, *stood])
            # Read out only: the wave's own figures stand beside its first setting.
            counts = [f"wave {wave['wave']}", "", "", ""]
    in_table = [
        {name: row[name] for name in ended.report["waves"][0]}
        for row in entries(deployed, ended, "wave#")
    ]

    assert len(ended.report["waves"]) > 1
    assert on_page == told
    assert json.loads(json.dumps(in_table, default=float)) == ended.report["waves"]


def test_votes_add_up_to_the_report_s_accuracies_and_stand_in_the_table(
    deployed: Any, ended: Any
) -> None:
    in_table = {row["entry"]: row for row in entries(deployed, ended, "answer#")}

    for setting in ended.report["settings"]:
        votes = [vote for vote in ended.votes if vote["setting"] == setting["setting"]]
        right = sum(vote["correct"] for vote in votes)
        assert right / len(votes) == pytest.approx(setting["voted_accuracy"])
        assert sum(vote["paths"] for vote in votes) == setting["generations"]
        for number, vote in enumerate(votes):
            row = in_table[f"answer#{vote['setting']}#q{number:07d}"]
            assert {name: row[name] for name in ("answer", "correct", "votes", "wave")} == {
                name: vote[name] for name in ("answer", "correct", "votes", "wave")
            }


def test_cost_and_totals_are_those_of_jobs_and_settings(deployed: Any, ended: Any) -> None:
    report, (run,) = ended.report, entries(deployed, ended, "run")
    jobs = entries(deployed, ended, "job#")

    for tokens, counted in (("input", "tokens_in"), ("output", "tokens_out")):
        of_settings = sum(setting["tokens"][tokens] for setting in report["settings"])
        of_jobs = sum(int(job[counted]) for job in jobs)
        assert report["totals"]["tokens"][tokens] == of_settings == of_jobs
    costs = [setting["cost_usd"] for setting in report["settings"]]
    assert sum(costs) == pytest.approx(report["totals"]["cost_usd"])
    assert float(run["totals"]["cost_usd"]) == pytest.approx(report["totals"]["cost_usd"])
    assert run["totals"]["generations"] == report["totals"]["generations"]
    assert sum(wave["records"] for wave in report["waves"]) == report["totals"]["records"]
