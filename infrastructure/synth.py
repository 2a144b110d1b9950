"""The CDK app and what it synthesizes: the template, and the state machine's definition.

`python -m infrastructure.synth` writes docs/workflow.asl.json. A test keeps it equal to the stack.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aws_cdk import App

from infrastructure.settings import Settings
from infrastructure.stack import SelfConsistency

STACK_NAME = "SelfConsistency"
_ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = _ROOT / "docs" / "workflow.asl.json"
# CDK ends each logical id with a hash of eight digits.
_HASH = re.compile(r"[0-9A-F]{8}$")


def make_app(context: Mapping[str, Any] | None = None) -> App:
    """Return the app, with these context values beside those of the command line.

    Raises:
        SettingsError: the context holds settings that cannot be deployed.
    """
    app = App(context=context)
    SelfConsistency(app, STACK_NAME, settings=Settings.from_context(app.node))
    return app


def make_template(context: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the template that `cdk synth` writes with these `-c` values, with an empty layer."""
    project = json.loads((_ROOT / "cdk.json").read_text())["context"]
    no_bundling: dict[str, Any] = {"aws:cdk:bundling-stacks": []}
    app = make_app({**project, **(context or {}), **no_bundling})
    template: dict[str, Any] = app.synth().get_stack_by_name(STACK_NAME).template
    return template


def definition(template: Mapping[str, Any]) -> str:
    """Return the state machine's definition as JSON, with names in place of references."""
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
    [(function, reference)] = part.items()
    name, *attribute = [reference] if function == "Ref" else reference
    return "${" + ".".join((_HASH.sub("", name), *attribute)) + "}"


if __name__ == "__main__":
    DOCUMENT.write_text(definition(make_template()))
