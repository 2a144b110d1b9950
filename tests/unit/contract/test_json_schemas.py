from pathlib import Path

import pytest

from lambdas.contract.json_schemas import json_schemas

FOLDER = Path(__file__).parents[3] / "docs" / "schemas"


@pytest.mark.parametrize("name", [*json_schemas()])
def test_a_published_schema_is_that_of_the_types(name: str) -> None:
    published = (FOLDER / name).read_text(encoding="utf-8")

    assert published == json_schemas()[name], "run make schemas"


def test_no_other_schema_is_published() -> None:
    assert {file.name for file in FOLDER.iterdir()} == set(json_schemas())
