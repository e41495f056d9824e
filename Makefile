# `make` alone explains the verbs. Everything lives in .venv and .venv-servers; nothing is installed elsewhere.

PYTHON         ?= python3
SERVERS_PYTHON ?= $(PYTHON)
DATA           ?= data
PORT           ?= 8000
TESTS          ?= tests
WORKERS        ?= auto
UV             ?= uv
MODELS         ?= 25000
YEARS          ?= 5
EVENTS         ?= 1000000
SECONDS        ?= 120
SEED           ?= 1

.DEFAULT_GOAL := help
.PHONY: help setup demo up test check chaos bench sbom verifier format lock docs clean venv venv-tests venv-servers
.NOTPARALLEL:

# Who keeps Python from writing bytecode would have every process that a test starts compile the project anew.
unexport PYTHONDONTWRITEBYTECODE

PARALLEL = -n $(WORKERS) --maxprocesses 4

# In two halves, each a pytest of its own: workers of one run would each collect everything, and report every test.
QUICK = DVK_SERVERS_VENV=none .venv/bin/python -m pytest -q -m "not servers and not slow and not thorough"

help: ## explain the verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: venv venv-servers ## make .venv and .venv-servers (quick when nothing has changed)

demo: setup ## play the story of one project from registration to report
	@.venv/bin/dvk demo

up: setup ## start servers and services here and stay until Ctrl-C (DATA=data PORT=8000)
	@.venv/bin/dvk up --data-dir $(DATA) --base-port $(PORT)

test: setup venv-tests ## run every test, with real servers (TESTS=tests/shell for a part, WORKERS=0 for one process)
	@.venv/bin/python -m pytest $(PARALLEL) --dist loadfile --no-loadscope-reorder --durations 12 --durations-min 5 $(TESTS)

check: venv-tests ## form, types, imports and the quick ones of the pure tests
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/lint-imports
	@said=$$(mktemp -d) && { .venv/bin/pyright > $$said/types & types=$$!; \
		$(QUICK) tests/[a-c]*/ > $$said/half & half=$$!; \
		$(QUICK) tests/[!_a-c]*/; pure=$$?; \
		wait $$half; half=$$?; wait $$types; types=$$?; \
		cat $$said/half $$said/types; rm -r $$said; exit $$((half | pure | types)); }

chaos: setup venv-tests ## break what a system is made of under load, then look at everything (SECONDS=120 SEED=1; the long one: FAULTS=1000)
	@.venv/bin/python -m tests.journeys.outside.chaos --seed $(SEED) \
		$(if $(FAULTS),--faults $(FAULTS) --members 3,--seconds $(SECONDS))

mutants: setup venv-tests ## change one line after the other of what proofs rest on, and name what no test notices
	@.venv/bin/python -m tests.mutants $(WORD)

sbom: venv-tests ## write what the images are made of: dist/dvk.cdx.json (CycloneDX)
	@mkdir -p dist
	@.venv/bin/cyclonedx-py requirements deploy/requirements.tools.lock --pyproject pyproject.toml --output-reproducible \
		--output-file dist/dvk.cdx.json

verifier: venv-tests ## make the auditor's program: dist/dvk-verify.pyz and its wheel
	@.venv/bin/python -m deploy.verify.build dist

bench: setup venv-tests ## measure the rates of this machine, then reporting at the size of the city, then one log of a million (MODELS=25000 a year, YEARS=5, EVENTS=1000000)
	@.venv/bin/python -m tests.bench
	@.venv/bin/python -m tests.bench.city --models $(MODELS) --years $(YEARS)
	@.venv/bin/python -m tests.bench.grown --events $(EVENTS)
	@.venv/bin/python -m tests.bench.scaling
	@.venv/bin/python -m tests.bench.front

format: venv-tests ## put the code into its form
	@.venv/bin/ruff check --fix-only --quiet .
	@.venv/bin/ruff format .

docs: venv ## write the generated parts of README and docs anew
	@.venv/bin/dvk docs

lock: ## choose the versions anew (needs uv; UV=path)
	@$(UV) pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-config \
		--no-emit-index-url --no-emit-find-links --no-header --no-annotate \
		--extra dev --extra s3 --output-file requirements.lock pyproject.toml
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-config \
		--no-emit-index-url --no-emit-find-links --no-header --no-annotate \
		--constraint requirements.lock --extra build --output-file deploy/requirements.lock pyproject.toml
	@$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-config \
		--no-emit-index-url --no-emit-find-links --no-header --no-annotate \
		--constraint requirements.lock --extra build --extra s3 --output-file deploy/requirements.tools.lock pyproject.toml
	@! grep -nE '://|file:' requirements.lock deploy/requirements.lock deploy/requirements.tools.lock || { echo "a lock names a host: see above"; exit 1; }

clean: ## take away environments and caches (the data directory stays)
	@rm -rf .venv .venv-servers build dist *.egg-info .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	@find shared services tests -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# An environment carries what it was made from; equal means there is nothing to do. The paths count too,
# because a moved environment does not run.
made_from = { pwd; $(1) -V; cat $(2); }

venv:
	@command -v $(PYTHON) >/dev/null || { echo "No $(PYTHON) here. Say which: make setup PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$(PYTHON) is `$(PYTHON) -V 2>&1`; at least Python 3.11 is needed: make setup PYTHON=python3.12"; exit 1; }
	@$(call made_from,$(PYTHON),deploy/requirements.tools.lock) | cmp -s - .venv/made-from 2>/dev/null || { set -e; \
		echo "making .venv"; rm -f .venv/made-from .venv/tests-from .venv/project; \
		$(PYTHON) -m venv .venv; \
		.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r deploy/requirements.tools.lock; \
		$(call made_from,$(PYTHON),deploy/requirements.tools.lock) > .venv/made-from; }
	@cmp -s pyproject.toml .venv/project 2>/dev/null || { set -e; \
		.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation --editable .; \
		cp pyproject.toml .venv/project; }

# What only those need who change the project or test it: compilers of types, drivers of browsers, 500 MB.
venv-tests: venv
	@cmp -s requirements.lock .venv/tests-from 2>/dev/null || { set -e; \
		echo "adding what the tests need"; \
		.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock; \
		cp requirements.lock .venv/tests-from; }

venv-servers:
	@$(call made_from,$(SERVERS_PYTHON),deploy/embedded/requirements.txt) | cmp -s - .venv-servers/made-from 2>/dev/null || { set -e; \
		$(SERVERS_PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { \
			echo "The embedded servers have wheels for Python 3.11 to 3.13, and $(SERVERS_PYTHON) is `$(SERVERS_PYTHON) -V 2>&1`:"; \
			echo "  make setup SERVERS_PYTHON=python3.13"; exit 1; }; \
		echo "making .venv-servers"; rm -f .venv-servers/made-from; \
		$(SERVERS_PYTHON) -m venv .venv-servers; \
		.venv-servers/bin/python -m pip install --quiet --disable-pip-version-check -r deploy/embedded/requirements.txt; \
		$(call made_from,$(SERVERS_PYTHON),deploy/embedded/requirements.txt) > .venv-servers/made-from; }
	@.venv-servers/bin/python deploy/embedded/mongod.py .venv-servers
