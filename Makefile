# `make dev` runs the service, `make test` runs all tests. Both set everything up first.

PYTHON ?= python3
PORT ?= 8000
PROBES ?= 200000
SEED ?= 1
BIN := .venv/bin
LOCKED := .venv/.locked
READY := .venv/.ready
PEERS := .venv-bench/.ready
NODE := tests/bench/node_modules/.ready
CLIENTS_NODE := tests/clients/node/node_modules/.ready
CLIENTS_PYTHON := .venv-clients/.ready
# pytest in one process, or in more than there are cores: many tests wait
PYTEST := $(BIN)/pytest
PARALLEL := $(PYTEST) --numprocesses=auto --maxprocesses=8
CAMPAIGN := TEST_ALL=1 $(PYTEST) --timeout=7200
# what `make test AREA=...` names: a folder of tests/, or a path of a file or a test
AREA ?=
AREAS := $(sort $(shell find tests -name 'test_*.py' 2>/dev/null | cut -d/ -f2))
ifneq ($(AREA),)
  CHOSEN := $(or $(filter $(AREA:%=tests/%),$(AREAS:%=tests/%)),$(if $(wildcard $(firstword $(subst ::, ,$(AREA)))),$(AREA)))
  ifeq ($(CHOSEN),)
    $(error There is no area "$(AREA)". Areas: $(AREAS). A path such as tests/rules/test_rules.py works too)
  endif
endif

.PHONY: bench bench-service bench-layers bench-compare same-answers help dev test test-all check generate lint fuzz isolation plans overrides chaos lock clean

help: ## Show this help.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

dev: $(READY) ## Run the service with a database; PORT=8123 sets the port.
	@exec $(BIN)/freehold dev --stop-with-parent --port $(PORT)

test: $(READY) ## Run the tests in parallel, in minutes. AREA=reading runs those in tests/reading/.
	@$(if $(CHOSEN),$(PYTEST) $(CHOSEN),MOST_CASES=3 $(PARALLEL))

test-all: $(READY) ## Run the long version of all tests, as CI does.
	@TEST_ALL=1 $(if $(CHOSEN),$(PYTEST) $(CHOSEN),$(PARALLEL))

check: $(READY) ## Check that generated/ is up to date.
	$(BIN)/freehold check

generate: $(READY) ## Generate generated/ from the contract.
	$(BIN)/freehold generate

lint: $(READY) ## Check style, types and the direction of imports.
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

fuzz: $(READY) ## Fuzz longer: random values and schemas, all nasty values, all malicious contracts, more killed runs.
	FUZZ_EXAMPLES=500 $(CAMPAIGN) tests/runtime/test_fuzz.py
	FUZZ_EXAMPLES=50 FUZZ_NASTY=3000 $(CAMPAIGN) tests/dialects/test_every.py -k conforms
	HOSTILE_MUTANTS=10000 $(CAMPAIGN) tests/hostile/test_tokens_counted.py
	NASTY_SHARE=1 $(CAMPAIGN) tests/hostile/matrix
	HOSTILE_CONTRACTS=all $(CAMPAIGN) tests/malicious_contracts tests/printing/test_determinism.py
	COMPOSITIONS=10000 COMPOSITIONS_3_0=3000 MEANING=1000 PLAIN_WORDS=10000 $(CAMPAIGN) tests/publishing
	FREEHOLD_KILLS=200 $(CAMPAIGN) tests/writing/test_killed_writer.py tests/writing/test_killed_command.py

plans: $(READY) ## Check the plan of every statement of all dialects over a million rows in each table: ten minutes.
	PLAN_ROWS=1000 $(CAMPAIGN) tests/dialects/test_plans.py

isolation: $(READY) ## Compare foreign rows with missing ones: 200,000 probes; PROBES and SEED choose others.
	ISOLATION_PROBES=$(PROBES) ISOLATION_SEED=$(SEED) $(CAMPAIGN) tests/isolation

overrides: $(READY) ## Print who refuses each hostile and careless override of the corpus, measured: four minutes.
	@$(BIN)/python -m tests.hostile_overrides

chaos: $(READY) ## Kill the service and PostgreSQL, abort requests and deploy, all under load: ten minutes.
	CHAOS_KILLS=50 CHAOS_RESTARTS=20 CHAOS_ABORTS=10000 CHAOS_ROLLS=20 CHAOS_SIEGE=10 $(CAMPAIGN) tests/faults

bench: $(READY) ## Benchmark generate and check on three contracts, and init --from on two.
	$(BIN)/python -m tests.bench.tool

bench-service: $(READY) $(PEERS) $(NODE) ## Measure the service beside peers that serve the same API; OPTIONS=--quick for a first impression.
	$(BIN)/python -m tests.bench.service $(OPTIONS)

bench-layers: $(READY) ## Measure where the CPU time of a request goes, by layer: half a minute.
	$(BIN)/python -m tests.bench.layers

bench-compare: $(READY) $(NODE) ## Measure the service of this tree beside that of REV, such as REV=main.
	$(BIN)/python -m tests.bench.service.compare $(REV) $(OPTIONS)

same-answers: $(READY) ## Compare 5,000 answers of this tree with those of REV, byte for byte: four minutes.
	$(BIN)/python -m tests.same_answers $(REV)

lock: $(READY) ## Lock the newest dependencies that pyproject.toml allows.
	$(BIN)/pip install --quiet uv==0.13.8
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate --extra embedded --extra prove --extra testing --group dev \
	  pyproject.toml generator/freehold/printing/templates/requirements.txt --output-file requirements.lock
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate --constraint requirements.lock \
	  tests/bench/requirements.in --output-file tests/bench/requirements.lock
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate --constraint requirements.lock \
	  tests/clients/python/requirements.in --output-file tests/clients/python/requirements.lock
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate \
	  tests/database/squawk/requirements.in --output-file tests/database/squawk/requirements.lock

clean: ## Remove the virtual environments, caches, and the data of the development database.
	rm -rf .venv .venv-bench .venv-clients tests/bench/node_modules tests/clients/node/node_modules .freehold .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(READY): $(LOCKED) pyproject.toml
	@echo "  3/3  Installing freehold from this folder"
	@$(BIN)/pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(LOCKED): requirements.lock
	@echo "Setting up .venv (one or two minutes, once):"
	@echo "  1/3  Creating it with $$($(PYTHON) --version)"
	@test -x $(BIN)/pip || $(PYTHON) -m venv --clear .venv
	@echo "  2/3  Installing the $$(grep -c == $<) packages of $<"
	@if test -t 1; then $(COUNTED); else $(INSTALL) -qq; fi
	@touch $@


$(PEERS): tests/bench/requirements.lock
	@echo "Setting up .venv-bench from tests/bench/requirements.lock: the peers' packages, this once ..."
	@$(PYTHON) -m venv --clear .venv-bench
	@.venv-bench/bin/pip install -qq --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(NODE): tests/bench/package-lock.json
	@command -v npm >/dev/null || { echo "The load generator needs Node.js 20 or newer with npm: install them first."; exit 1; }
	@cd tests/bench && npm ci --silent
	@touch $@

# The tests of tests/clients make these two when they need them.
$(CLIENTS_NODE): tests/clients/node/package-lock.json
	@cd tests/clients/node && npm ci --loglevel=error >/dev/null
	@touch $@

$(CLIENTS_PYTHON): tests/clients/python/requirements.lock
	@$(PYTHON) -m venv --clear .venv-clients
	@.venv-clients/bin/pip install -qq --disable-pip-version-check --require-hashes -r $<
	@touch $@

INSTALL = $(BIN)/pip install --disable-pip-version-check --progress-bar=off --require-hashes -r requirements.lock
# On a terminal, counts what has been downloaded. awk exits with the status of pip.
COUNTED = { $(INSTALL); echo "status $$?"; } | awk '/^Collecting/ {printf "\r       %d downloaded", ++n; fflush()} \
  /^Installing/ {printf ", installing"; fflush()} /^status/ {printf "\r%40s\r", ""; exit $$2}'
