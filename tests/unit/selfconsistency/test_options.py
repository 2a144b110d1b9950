import argparse
from pathlib import Path
from typing import Any

import pytest

from lambdas.contract import request_schema
from selfconsistency.options import add_request_options, request_of


def request_from(*arguments: str) -> dict[str, Any]:
    parser = argparse.ArgumentParser()
    add_request_options(parser)
    return request_of(parser.parse_args(arguments))


def test_every_key_of_the_request_but_the_dataset_file_is_an_option() -> None:
    parser = argparse.ArgumentParser()

    add_request_options(parser)

    flags = {flag for action in parser._actions for flag in action.option_strings}
    keys = set(request_schema()["properties"]) - {"dataset"}
    assert {f"--{key.replace('_', '-')}" for key in keys} <= flags
    assert "--dataset" not in flags


def test_what_is_not_given_stays_out_of_the_request() -> None:
    assert request_from() == {}


@pytest.mark.parametrize(
    ("arguments", "request_part"),
    [
        pytest.param(["--paths", "10"], {"paths": 10}, id="whole number"),
        pytest.param(["--paths", "-3"], {"paths": -3}, id="whole, impossible: Plan's to refuse"),
        pytest.param(["--temperatures", "0.5,1"], {"temperatures": [0.5, 1.0]}, id="numbers"),
        pytest.param(["--temperatures", ""], {"temperatures": []}, id="no numbers"),
        pytest.param(["--waves", "5,10"], {"waves": [5, 10]}, id="whole numbers"),
        pytest.param(["--no-greedy"], {"greedy": False}, id="a switch off"),
        pytest.param(["--greedy"], {"greedy": True}, id="a switch on"),
        pytest.param(["--limit", "null"], {"limit": None}, id="null where it may be"),
        pytest.param(["--task", "poetry"], {"task": "poetry"}, id="unknown word: Plan's to refuse"),
        pytest.param(["--waves", "null"], {"waves": None}, id="no whole numbers"),
        pytest.param(["--early-stop", "0.95"], {"early_stop": 0.95}, id="several types: a number"),
        pytest.param(["--early-stop", "certain"], {"early_stop": "certain"}, id="a word"),
        pytest.param(
            ["--early-stop", '{"certified": 0.05}'],
            {"early_stop": {"certified": 0.05}},
            id="several types: an object",
        ),
        pytest.param(
            ["--early-stop", '{"worth": 0.001}'],
            {"early_stop": {"worth": 0.001}},
            id="sized waves",
        ),
        pytest.param(["--mix"], {"mix": True}, id="a mix"),
        pytest.param(["--no-mix"], {"mix": False}, id="no mix"),
        pytest.param(["--design", "published"], {"design": "published"}, id="a design"),
        pytest.param(["--paths-per-job", "null"], {"paths_per_job": None}, id="packed"),
        pytest.param(["--ties", "greedy"], {"ties": "greedy"}, id="a rule of ties"),
        pytest.param(
            ["--confidence-temperature", "0.2"], {"confidence_temperature": 0.2}, id="weights"
        ),
        pytest.param(["--early-stop", "null"], {"early_stop": None}, id="none of several types"),
        pytest.param(
            ["--early-stop", "soon"], {"early_stop": "soon"}, id="an unknown rule: Plan's to refuse"
        ),
        pytest.param(["--budget", "10"], {"budget": 10.0}, id="a number"),
        pytest.param(["--budget", "null"], {"budget": None}, id="no number"),
        pytest.param(["--attempts", "2"], {"attempts": 2}, id="a whole number"),
        pytest.param(
            ["--variants", "repair,confidence"],
            {"variants": ["repair", "confidence"]},
            id="words",
        ),
        pytest.param(["--variants", ""], {"variants": []}, id="no words"),
        pytest.param(
            ["--prices", '{"input": 0.06, "output": 0.24}'],
            {"prices": {"input": 0.06, "output": 0.24}},
            id="an object",
        ),
        pytest.param(["--prices", "null"], {"prices": None}, id="no object"),
        pytest.param(["--template", "Q: {question}"], {"template": "Q: {question}"}, id="a text"),
        pytest.param(["--template", "@@ {question}"], {"template": "@ {question}"}, id="an @"),
        pytest.param(["--template", "null"], {"template": None}, id="no text"),
    ],
)
def test_values_arrive_with_their_type(arguments: list[str], request_part: dict[str, Any]) -> None:
    assert request_from(*arguments) == request_part


def test_a_template_may_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "template.txt"
    file.write_text("Solve:\n{question}\n", encoding="utf-8")

    assert request_from("--template", f"@{file}") == {"template": "Solve:\n{question}\n"}


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["--paths", "ten"], id="no number"),
        pytest.param(["--paths", "2.5"], id="no whole number"),
        pytest.param(["--temperatures", "0.5;0.7"], id="no list"),
        pytest.param(["--temperatures", "nan"], id="a number that JSON does not have"),
        pytest.param(["--waves", "5,2.5"], id="no list of whole numbers"),
        pytest.param(["--prices", "0.06"], id="no object"),
        pytest.param(["--prices", "{input: 1}"], id="no JSON"),
        pytest.param(["--template", "@no/such/file"], id="no file"),
    ],
)
def test_what_is_plainly_of_another_type_is_bad_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit_:
        request_from(*arguments)

    assert exit_.value.code == 2
    assert arguments[0] in capsys.readouterr().err


def test_an_example_of_model_fields_stands_in_the_help_once() -> None:
    parser = argparse.ArgumentParser(add_help=False)
    add_request_options(parser)
    fields = parser._option_string_actions["--model-fields"].help or ""

    assert fields.count("such as") == 1
