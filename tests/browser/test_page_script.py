"""The page's script reads only members that the report and the explorer have, by TypeScript."""

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from lambdas.core.report.explorer import Explorer
from lambdas.core.report.page.page import ChartFigures, page_script

ROOT = Path(__file__).parents[2]
NODE = Path(sys.executable).with_name("node")
TSC = (NODE, "node_modules/typescript/bin/tsc", "--noEmit", "--allowJs", "--checkJs", "--strict")
LIBRARIES = ("--target", "es2023", "--lib", "es2023,dom,dom.iterable")
PLAIN = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
}


def declarations() -> str:
    """Return the types of what the page carries, in TypeScript, from their JSON Schema."""
    _, components = msgspec.json.schema_components([ChartFigures, Explorer])
    interfaces = (f"interface {name} {_object(each)}" for name, each in components.items())
    return "\n".join(("declare const Chart: any;", *interfaces))


def _object(schema: Mapping[str, Any]) -> str:
    members = (
        f"{name}{'' if name in schema['required'] else '?'}: {_type(each)};"
        for name, each in schema["properties"].items()
    )
    return f"{{ {' '.join(members)} }}"


def _type(schema: Mapping[str, Any]) -> str:
    match schema:
        case {"$ref": reference}:
            found = str(reference).rpartition("/")[2]
        case {"anyOf": options}:
            found = " | ".join(map(_type, options))
        case {"enum": values}:
            found = " | ".join(msgspec.json.encode(value).decode() for value in values)
        case {"prefixItems": members}:
            found = f"[{', '.join(map(_type, members))}]"
        case {"type": "array", "items": items}:
            found = f"({_type(items)})[]"
        case {"type": "object", "additionalProperties": values}:
            found = f"Record<string, {_type(values)}>"
        case _:
            found = PLAIN[schema["type"]]
    return found


def problems(folder: Path, declared: str) -> list[str]:
    """Return what TypeScript says of the script, given these types."""
    # A module, as in the page.
    (folder / "page.js").write_text(f"{page_script()}\nexport {{}};\n", encoding="utf-8")
    (folder / "report.d.ts").write_text(declared, encoding="utf-8")
    files = (str(folder / "page.js"), str(folder / "report.d.ts"))
    ran = subprocess.run(
        (*TSC, *LIBRARIES, *files), cwd=ROOT, capture_output=True, text=True, check=False
    )
    return (ran.stdout + ran.stderr).splitlines()


def test_the_script_reads_what_the_page_carries(tmp_path: Path) -> None:
    assert problems(tmp_path, declarations()) == []


def test_a_renamed_member_is_found_where_the_script_reads_it(tmp_path: Path) -> None:
    names = ("accuracy", "path_costs", "exhausted", "highlights", "winner_path", "with_paths")
    declared = declarations()
    for name in names:
        declared, count = re.subn(rf"\b{name}(\??:)", r"renamed_\1", declared)
        assert count

    found = "\n".join(problems(tmp_path, declared))

    assert [name for name in names if f"'{name}' does not exist" not in found] == []
