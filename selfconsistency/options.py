"""Command-line options of the run request, made from its schema."""

import argparse
import json
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from lambdas.contract import request_schema

DATASET = "dataset"
# Too long for a command line.
_FROM_FILES = ("template",)
_METAVARS = {
    "template": "TEMPLATE|@FILE",
    "few_shot": "FEW_SHOT|FILE",
    "prices": "JSON",
    "model_fields": "JSON",
    "early_stop": "certain|LEVEL|JSON",
    "temperatures": "T,T…",
    "waves": "PATHS,PATHS…",
    "variants": "VOTE,VOTE",
}
_NOTES = {
    "template": "; @FILE takes the text of a file",
    "few_shot": "; or a file of this machine, which `run` uploads",
    "prices": """; such as '{"input": 0.06, "output": 0.24}'""",
    "early_stop": """; an object in quotes, '{"worth": 0.001}'""",
    "waves": "; such as 5,10,25",
    "design": "; a request that says nothing of how to sample has a mix in sized waves",
    "attempts": "; 1 retries nothing",
}


def add_request_options(parser: argparse.ArgumentParser) -> None:
    """Add an option for every key of the request but the dataset.

    Only the JSON type is checked here; Plan checks the meaning, with every other problem. Options
    that are not given stay out of the request.
    """
    group = parser.add_argument_group(
        "request", "a key that is left out has the default of the app"
    )
    for key, schema in _schemas().items():
        flag = f"--{key.replace('_', '-')}"
        text = f"{schema.get('description', '')}{_NOTES.get(key, '')}".replace("%", "%%")
        if schema.get("type") == "boolean":
            group.add_argument(
                flag, action=argparse.BooleanOptionalAction, default=argparse.SUPPRESS, help=text
            )
            continue
        group.add_argument(
            flag,
            type=text_or_file if key in _FROM_FILES else _reader(schema),
            default=argparse.SUPPRESS,
            metavar=_METAVARS.get(key, key.upper()),
            help=text,
        )


def request_of(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the request's keys that were given on the command line."""
    given = vars(arguments)
    return {key: given[key] for key in _schemas() if key in given}


def _schemas() -> dict[str, Mapping[str, Any]]:
    properties: dict[str, Mapping[str, Any]] = request_schema()["properties"]
    return {key: schema for key, schema in properties.items() if key != DATASET}


def _reader(schema: Mapping[str, Any]) -> Callable[[str], object]:
    options = schema.get("anyOf", [schema])
    kinds = [option for option in options if option.get("type") != "null"]
    read = _READERS.get(_type(kinds[0]), str) if len(kinds) == 1 else any_value
    if read is number_list:
        read = _LISTS[_type(kinds[0].get("items", {}))]
    return _or_null(read) if len(kinds) < len(options) else read


def _type(schema: Mapping[str, Any]) -> str:
    """Return a schema's type; what only refers to another schema is an object."""
    return str(schema.get("type", "object" if "$ref" in schema else "string"))


def _or_null(read: Callable[[str], object]) -> Callable[[str], object]:
    def read_or_null(text: str) -> object:
        return None if text == "null" else read(text)

    return read_or_null


def whole(text: str) -> int:
    """Read a whole number."""
    try:
        return int(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number") from error


def number(text: str) -> float:
    """Read a number that JSON can carry."""
    try:
        value = float(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from error
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"{text!r} is not a finite number")
    return value


def number_list(text: str) -> list[float]:
    """Read numbers parted by commas; none at all is an empty list."""
    return [number(part) for part in text.split(",")] if text.strip() else []


def whole_list(text: str) -> list[int]:
    """Read whole numbers parted by commas; none at all is an empty list."""
    return [whole(part) for part in text.split(",")] if text.strip() else []


def word_list(text: str) -> list[str]:
    """Read words parted by commas; none at all is an empty list."""
    return [part.strip() for part in text.split(",")] if text.strip() else []


def json_object(text: str) -> dict[str, Any]:
    """Read a JSON object."""
    try:
        value = json.loads(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise argparse.ArgumentTypeError(f"{text!r} is not a JSON object such as {{...}}")
    return value


def text_or_file(text: str) -> str | None:
    """Read a text, or `@FILE` that holds it; a text that begins with "@" is given as "@@"."""
    if not text.startswith("@"):
        return None if text == "null" else text
    if text.startswith("@@"):
        return text[1:]
    try:
        return Path(text[1:]).read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise argparse.ArgumentTypeError(f"{text[1:]!r} cannot be read: {error}") from error


def any_value(text: str) -> object:
    """Read JSON, or a plain string where it is not JSON: for keys of several types."""
    try:
        return json.loads(text, parse_constant=lambda _: text)
    except ValueError:
        return text


_LISTS: Mapping[str, Callable[[str], object]] = {
    "integer": whole_list,
    "number": number_list,
    "string": word_list,
}
_READERS: Mapping[str, Callable[[str], object]] = {
    "integer": whole,
    "number": number,
    "array": number_list,
    "object": json_object,
    "string": str,
}
