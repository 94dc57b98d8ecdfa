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
# One file's tests share an account or runs of Prowler, so files are what is run side by side, in
# the order of tests/conftest.py.
PARALLEL = -n auto --dist loadfile --no-loadscope-reorder
# Without bytecode each of the many Prowler runs compiles thousands of files again: +14 s of CPU.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test unit lint benchmark account clean

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

$(VENV)/.installed: setup.cfg pyproject.toml Makefile
	@test -n "$(PYTHON)" || { echo "No Python 3.10 to 3.13 found; set PYTHON=/path/to/python" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(BIN)/uv pip install --quiet --python $(BIN)/python "prowler==$(PROWLER_VERSION)" -e ".[test]"
	touch $@

clean:
	rm -rf .venv-* build dist *.egg-info
