"""The state machine's definition as a reader sees it: `python -m infrastructure.asl`.

It writes docs/workflow.asl.json, which a test holds equal to what is synthesized.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infrastructure.app import make_template

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "workflow.asl.json"
# CDK ends each logical id with eight digits of a hash.
_HASH = re.compile(r"[0-9A-F]{8}$")


def definition(template: Mapping[str, Any]) -> str:
    """Return the definition in a synthesized template, with names in place of references."""
    [machine] = [
        resource
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::StepFunctions::StateMachine"
    ]
    _, parts = machine["Properties"]["DefinitionString"]["Fn::Join"]
    return json.dumps(json.loads("".join(map(_named, parts))), indent=2) + "\n"


def _named(part: str | Mapping[str, Any]) -> str:
    if isinstance(part, str):
        return part
    [(kind, reference)] = part.items()
    name, *attribute = [reference] if kind == "Ref" else reference
    return "${" + ".".join((_HASH.sub("", name), *attribute)) + "}"


def main() -> None:
    """Write the document anew."""
    DOCUMENT.write_text(definition(make_template()))


if __name__ == "__main__":
    main()
