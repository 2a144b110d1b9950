# Everything from a fresh clone: each target sets up what it needs first.
PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/python -m uv

.PHONY: help venv setup demo test unit steps template lint types workflow faults browser test-faults soak fuzz bench lock synth schemas prices audit clean

help: ## Show the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

venv: .venv/.ready ## The virtual environment alone: enough for local runs

setup: ## Virtual environments, Node and the CDK command line
	@$(MAKE) --no-print-directory --jobs 2 .venv/.ready .venv-emulator/.ready node_modules/.ready

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version)'
	$(PYTHON) -m venv .venv

.venv/.ready: requirements.txt pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# The emulator, and inside it an interpreter without packages that the functions run on.
.venv-emulator/.ready: local/emulation/requirements.txt | .venv/bin/python
	$(PYTHON) -m venv --without-pip .venv-emulator
	$(PYTHON) -m venv --without-pip .venv-emulator/functions
	$(BIN)/python -m pip --python .venv-emulator/bin/python install --quiet --disable-pip-version-check --require-hashes -r local/emulation/requirements.txt
	@touch $@

node_modules/.ready: package-lock.json .npmrc .venv/.ready
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm ci --silent
	@touch $@

demo: setup ## Deploy to an embedded AWS, run examples/, print the accuracy table
	$(BIN)/python -m local run examples/word_problems.jsonl --answers-from simulated --model-id us.amazon.nova-lite-v1:0 --design published --out out/demo --deployed

test: setup lint types unit steps template workflow faults browser ## Everything that must pass

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/bandit -q -ll -r lambdas infrastructure selfconsistency local benchmarks scripts app.py

types: setup
	$(BIN)/mypy

# Unit tests that use a cloud in memory, and run with the steps.
ON_A_CLOUD := tests/unit/aws tests/unit/local tests/unit/selfconsistency

unit: setup ## The unit tests, and the examples in docstrings
	$(BIN)/pytest tests/unit $(ON_A_CLOUD:%=--ignore %) --numprocesses auto --dist loadfile
	$(BIN)/pytest --doctest-modules lambdas selfconsistency local

steps: setup ## Storage, table, the Bedrock emulator, the command, and the steps, on a cloud in memory
	$(BIN)/pytest $(ON_A_CLOUD) tests/steps --numprocesses auto --dist loadfile

template: setup ## The promises of the synthesized template
	$(BIN)/pytest tests/infrastructure --numprocesses auto --dist loadfile

workflow: setup ## The tests that deploy to the emulator
	$(BIN)/pytest tests/workflow --numprocesses 2 --dist loadfile

faults: setup ## A dozen faults on the deployed stack; test-faults has them all
	$(BIN)/pytest tests/faults -m quick

browser: setup ## The report page in headless Chromium, where there is one
	$(BIN)/pytest tests/browser

bench: setup ## Benchmarks: build/bench.json and a table
	$(BIN)/python -m benchmarks

synth: setup ## The CloudFormation template, into cdk.out/
	PATH="$(CURDIR)/$(BIN):$$PATH" node_modules/.bin/cdk synth --quiet

schemas: setup ## The JSON Schemas of report, votes and request, into docs/schemas/
	$(BIN)/python -m lambdas.contract.json_schemas docs/schemas

prices: setup ## The built-in prices, from litellm's price file: make prices FILE=… AS_OF=… RELEASE=…
	$(BIN)/python -m scripts.prices "$(FILE)" --as-of "$(AS_OF)" --release "$(RELEASE)"

test-faults: setup ## Every fault that can happen, on the deployed stack, with a table
	$(BIN)/pytest tests/faults

soak: setup ## 50 runs in a row with random faults; SOAK_RUNS and SOAK_SEED choose others
	$(BIN)/pytest tests/faults/soak.py

fuzz: setup ## Whatever reads untrusted bytes, for ten minutes; FUZZ_MINUTES and SEED choose others
	$(BIN)/pytest tests/fuzz --numprocesses auto --hypothesis-seed=$${SEED:-$$(date +%s)}

LOCKS := lambdas/requirements.txt local/emulation/requirements.txt requirements.txt

lock: .venv/.ready ## Pin and hash all requirements.in again
	$(BIN)/python -m pip install --quiet uv==0.13.9
	for lock in $(LOCKS); do \
		$(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-header $${lock%.txt}.in -o $$lock || exit; \
	done

audit: setup ## Known weaknesses of what is locked; asks PyPI and npm, so not part of test
	$(BIN)/python -m pip install --quiet uv==0.13.9
	$(UV) tool run --quiet pip-audit==2.10.1 --strict --disable-pip --require-hashes $(LOCKS:%=-r %)
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm audit --package-lock-only

clean:
	rm -rf .venv .venv-emulator node_modules cdk.out build .pytest_cache .mypy_cache .ruff_cache .hypothesis
