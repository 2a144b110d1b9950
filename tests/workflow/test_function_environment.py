"""What a function of the deployed stack can import: its layer, and nothing of the emulator's."""

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

LOCK = Path(__file__).parents[2] / "lambdas" / "requirements.txt"
FUNCTION = """
import importlib.util
import botocore, boto3, sys

def handler(event, context):
    return {
        "botocore": botocore.__version__,
        "boto3": boto3.__version__,
        "file": botocore.__file__,
        "others": [name for name in ("ministack", "hypercorn", "aws_cdk", "pytest", "pip")
                   if importlib.util.find_spec(name)],
    }
"""


def test_the_layer_decides_which_sdk_a_function_has(deployed: Any) -> None:
    connection = deployed.connection
    functions = connection.session.client(
        "lambda", endpoint_url=connection.endpoint_url, verify=connection.ca_file
    )
    [plan] = [
        found
        for page in functions.get_paginator("list_functions").paginate()
        for found in page["Functions"]
        if found["Handler"].endswith(".plan.handler")
    ]
    functions.create_function(
        FunctionName="imports",
        Runtime=plan["Runtime"],
        Handler="code.handler",
        Role=plan["Role"],
        Code={"ZipFile": packed(FUNCTION)},
        Layers=[layer["Arn"] for layer in plan["Layers"]],
    )

    answer = json.loads(functions.invoke(FunctionName="imports")["Payload"].read())

    assert "layer" in answer["file"]
    assert (answer["botocore"], answer["boto3"]) == (locked("botocore"), locked("boto3"))
    assert answer["others"] == []


def packed(code: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as file:
        file.writestr("code.py", code)
    return written.getvalue()


def locked(name: str) -> str:
    found = re.search(rf"^{name}==(\S+)", LOCK.read_text("utf-8"), re.MULTILINE)
    assert found
    return found[1]
