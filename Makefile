# `make demo` and `make test` do all the set-up; everything else is for developers.

PROWLER_VERSION ?= 5.46.0
VENV ?= .venv-$(PROWLER_VERSION)
# The first interpreter that Prowler supports.
PYTHON ?= $(shell for p in python3 python3.12 python3.11 python3.13 python3.10; do \
	$$p -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null \
	&& echo $$p && break; done)
# uv installs Prowler's 300 packages in seconds where pip needs minutes.
UV_VERSION = 0.13.9
BIN = $(VENV)/bin
# One file's tests share an account or runs of Prowler, so files are what is run side by side.
PARALLEL = -n auto --dist loadfile
COMMAND_LINE = click colorama jinja2 markupsafe platformdirs pyyaml tabulate
ASFF = metadata/asff/bedrock_model_invocation_logging_enabled.json

.PHONY: demo test unit lint benchmark account asff bundle bundle-requirements clean

demo: $(VENV)/.installed
	$(BIN)/python -m fixtures.demo

test: lint
	$(BIN)/python -m pytest -q $(PARALLEL)

lint: $(VENV)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

unit: $(VENV)/.installed
	$(BIN)/python -m pytest -q $(PARALLEL) tests --ignore tests/end_to_end

benchmark: $(VENV)/.installed
	$(BIN)/python -m benchmarks.check_against_builtin
	$(BIN)/python -m benchmarks.status_against_prowler

# The embedded AWS account on its own, for any AWS client.
account: $(VENV)/.installed
	$(BIN)/python -m fixtures.embedded_account

# What the sweep's findings take from the installed Prowler.
asff: $(VENV)/.installed
	$(BIN)/python -m prowler_bedrock.prowler_adapter.asff_data > $(ASFF).new
	mv $(ASFF).new $(ASFF)

# The artifact of the Lambda functions; ARCHITECTURE=x86_64 for the other one.
ARCHITECTURE ?= arm64
bundle: $(VENV)/.installed
	$(BIN)/python -m bundle.build --architecture $(ARCHITECTURE)

# What it is built from: the core's requirements in setup.cfg, without those of the command line.
bundle-requirements: $(VENV)/.installed
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.10 --generate-hashes \
		--no-header --no-annotate $(COMMAND_LINE:%=--no-emit-package %) \
		setup.cfg --output-file bundle/requirements.txt

$(VENV)/.installed: setup.cfg pyproject.toml Makefile
	@test -n "$(PYTHON)" || { echo "No Python 3.10 to 3.13 found; set PYTHON=/path/to/python" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(BIN)/uv pip install --quiet --python $(BIN)/python "prowler==$(PROWLER_VERSION)" -e ".[test]"
	touch $@

clean:
	rm -rf .venv-* build dist *.egg-info
