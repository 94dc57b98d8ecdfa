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
COMMAND_LINE = click colorama jinja2 markupsafe platformdirs pyyaml tabulate
ASFF = metadata/asff/bedrock_model_invocation_logging_enabled.json
# Exact versions and hashes for every supported Python and system; a Prowler without a lock is
# resolved anew.
LOCK = locks/prowler-$(PROWLER_VERSION).txt
LOCKED_PROWLERS = 5.39.1 5.46.0
COMPILE = $(BIN)/uv pip compile --quiet --no-python-downloads --universal --python-version 3.10 \
	--generate-hashes --no-annotate --upgrade --custom-compile-command "make lock"

.PHONY: demo demo-organization simulate-organization test unit lint check benchmark faults figures \
	versions account lock release-check sbom audit asff bundle bundle-requirements mutation clean

demo: $(VENV)/.installed
	$(BIN)/python -m fixtures.demo

# Findings of several accounts are fixed by the templates' function, in an embedded organization.
demo-organization: $(VENV)/.installed
	$(BIN)/python -m fixtures.organization_demo

test: lint
	$(BIN)/python -m pytest -q $(PARALLEL)

lint: $(VENV)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/zizmor --offline --quiet .github/workflows
	$(BIN)/mypy

unit: $(VENV)/.installed
	$(BIN)/python -m pytest -q $(PARALLEL) tests --ignore tests/end_to_end

# The files and registrations of a new check: make check NAME=bedrock_what_must_hold
check: $(VENV)/.installed
	@$(BIN)/python -m scaffold $(NAME)

# Half an hour beside Cloud Custodian and the AWS CLI; writes docs/benchmarks.md and its picture.
RUNS = 3
benchmark: $(VENV)/.installed .venv-benchmark/.installed
	$(BIN)/python -m benchmarks --runs $(RUNS)

# Faults, fuzzing and races; the summary tells how many faults struck.
faults: $(VENV)/.installed
	$(BIN)/python -m pytest -q $(PARALLEL) tests/faults tests/fuzz

# Everything that README and docs state in figures, measured anew: hours. What each command printed
# is kept for the commit; what fails stops no other, and a run that was broken off goes on with what
# is missing.
MEASURED ?= faults mutation versions release-check sbom audit benchmark
FIGURES := build/figures/$(shell git rev-parse --short HEAD 2>/dev/null)
figures:
	@for one in $(wildcard $(FIGURES)/*.txt); do cat "$$one"; done
	@$(MAKE) --no-print-directory --keep-going $(patsubst %,$(FIGURES)/%.txt,$(MEASURED))

$(FIGURES)/%.txt:
	@mkdir -p $(@D)
	@$(MAKE) --no-print-directory $* > $@.part 2>&1 || status=$$?; cat $@.part; \
		test -n "$$status" || mv $@.part $@; exit $${status:-0}

# 1,000 accounts by 17 Regions against the quotas of AWS.
simulate-organization: $(VENV)/.installed
	$(BIN)/python -m benchmarks.organization

# Every supported Prowler and Python that uv finds here: the README's table. ROWS="5.39.1 3.10" runs
# the rows that match every word.
versions: $(VENV)/.installed
	$(BIN)/python -m tests.versions $(ROWS)

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

lock: $(BIN)/uv
	mkdir -p locks
	echo "uv==$(UV_VERSION)" | $(COMPILE) --output-file locks/uv.txt -
	for version in $(LOCKED_PROWLERS); do echo "prowler==$$version" | $(COMPILE) \
		--output-file locks/prowler-$$version.txt - setup.cfg --extra test || exit 1; done
	$(COMPILE) --output-file locks/release.txt setup.cfg --extra release
	# Cloud Custodian needs 3.10.2.
	$(subst 3.10,3.11,$(COMPILE)) --output-file locks/benchmark.txt setup.cfg --extra benchmark
	$(COMPILE) --constraints $(LOCK) --output-file locks/mutation.txt \
		setup.cfg --extra test --extra mutation

$(BIN)/uv: locks/uv.txt
	@test -n "$(PYTHON)" || { echo "No Python 3.10 to 3.13 found; set PYTHON=/path/to/python" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r locks/uv.txt
	touch $@

$(VENV)/.installed: $(BIN)/uv $(wildcard $(LOCK)) setup.cfg pyproject.toml Makefile
ifeq ($(wildcard $(LOCK)),)
	$(BIN)/uv pip install --quiet --python $(BIN)/python "prowler==$(PROWLER_VERSION)" -e ".[test]"
else
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r $(LOCK)
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
endif
	touch $@

# What a release is checked with, apart from Prowler's environment.
RELEASE = .venv-release/bin

.venv-release/.installed: $(BIN)/uv locks/release.txt
	$(BIN)/uv venv --quiet --clear --python $(PYTHON) .venv-release
	$(BIN)/uv pip install --quiet --python $(RELEASE)/python --require-hashes -r locks/release.txt
	touch $@

.venv-benchmark/.installed: $(BIN)/uv locks/benchmark.txt
	$(BIN)/uv venv --quiet --clear --python $(PYTHON) .venv-benchmark
	$(BIN)/uv pip install --quiet --python .venv-benchmark/bin/python --require-hashes \
		-r locks/benchmark.txt
	touch $@

# Wheel and source archive of the last commit, built twice in different folders; the wheels must be
# the same byte by byte.
release-check: .venv-release/.installed
	PYTHON=$(RELEASE)/python sh release/build_twice.sh dist
	$(RELEASE)/twine check --strict dist/*.whl dist/*.tar.gz
	$(RELEASE)/check-wheel-contents dist/*.whl

# The wheel's runtime dependencies, in the versions that are locked beside the newest Prowler.
sbom: .venv-release/.installed release-check
	$(BIN)/uv venv --quiet --clear --python $(PYTHON) .venv-runtime
	$(BIN)/uv pip install --quiet --python .venv-runtime/bin/python --constraints $(LOCK) -r setup.cfg
	$(BIN)/uv pip install --quiet --python .venv-runtime/bin/python --no-deps --no-index \
		--find-links dist prowler-bedrock
	$(RELEASE)/cyclonedx-py environment --output-reproducible \
		--output-file dist/prowler-bedrock.cdx.json .venv-runtime/bin/python

# Asks the package index for known vulnerabilities; what it does not answer for is a failure.
# PYSEC-2023-121 is about zstd's command line, was corrected years ago, and is bounded by no version;
# Prowler brings the library. Source: https://github.com/facebook/zstd/issues/3200.
audit: .venv-release/.installed
	$(RELEASE)/pip-audit --strict --disable-pip --require-hashes --ignore-vuln PYSEC-2023-121 \
		--requirement $(LOCK)

# The core's tests beside the mutation tester, in the versions locked beside the newest Prowler.
MUTATION = .venv-mutation/bin

.venv-mutation/.installed: $(BIN)/uv locks/mutation.txt
	$(BIN)/uv venv --quiet --clear --python $(PYTHON) .venv-mutation
	$(BIN)/uv pip install --quiet --python $(MUTATION)/python --require-hashes -r locks/mutation.txt
	touch $@

# How many small changes of the core the tests notice. `mutmut run` goes on with a run
# that was broken off, `mutmut show NAME` shows a mutant.
JOBS = 2
mutation: .venv-mutation/.installed
	rm -rf mutants
	MUTATION_JOBS=$(JOBS) $(MUTATION)/mutmut run --max-children $(JOBS)
	$(MUTATION)/mutmut results --all true | $(MUTATION)/python -m mutation.report

clean:
	rm -rf .venv-* mutants build dist *.egg-info
