"""JSON Schemas of what users read and write: `make schemas` puts them into `docs/schemas/`."""

import json
import sys
from pathlib import Path

import msgspec
from pydantic import TypeAdapter

from lambdas.contract.report import Report
from lambdas.contract.run_request import RunRequest
from lambdas.contract.schema import FORMAT
from lambdas.contract.votes import FinalRecord, VoteRecord

_DIALECT = {"$schema": "https://json-schema.org/draft/2020-12/schema"}


def json_schemas() -> dict[str, str]:
    """Return the schemas by file name, as the text of the files."""
    schemas = {
        "report.schema.json": (
            "report.json",
            TypeAdapter(Report).json_schema(mode="serialization"),
        ),
        "final.schema.json": ("a line of final.jsonl", msgspec.json.schema(FinalRecord)),
        "votes.schema.json": ("a line of votes.jsonl", msgspec.json.schema(VoteRecord)),
        "request.schema.json": ("the run request", RunRequest.model_json_schema()),
    }
    return {
        name: json.dumps(
            _DIALECT | {"title": f"{title}, format {FORMAT}"} | _untitled(schema),
            indent=2,
            ensure_ascii=False,
        )
        + "\n"
        for name, (title, schema) in schemas.items()
    }


def _untitled(schema: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in schema.items() if name != "title"}


if __name__ == "__main__":
    for name, text in json_schemas().items():
        (Path(sys.argv[1]) / name).write_text(text, encoding="utf-8")
