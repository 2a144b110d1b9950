"""The CDK app: one stack, with the settings of its context."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aws_cdk import App

from infrastructure.settings import Settings
from infrastructure.stack import SelfConsistency

STACK_NAME = "SelfConsistency"
_ROOT = Path(__file__).resolve().parent.parent


def make_app(context: Mapping[str, Any] | None = None) -> App:
    """Return the app, with context values beyond those that the command line hands over.

    Raises:
        SettingsError: the context holds settings that cannot be deployed.
    """
    app = App(context=context)
    SelfConsistency(app, STACK_NAME, settings=Settings.of(app.node))
    return app


def make_template(context: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the template that `cdk synth` writes with these `-c` values, the layer left empty."""
    given = json.loads((_ROOT / "cdk.json").read_text())["context"]
    no_bundling: dict[str, Any] = {"aws:cdk:bundling-stacks": []}
    app = make_app({**given, **(context or {}), **no_bundling})
    template: dict[str, Any] = app.synth().get_stack_by_name(STACK_NAME).template
    return template
