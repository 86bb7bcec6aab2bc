# `make dev` runs the service, `make test` runs all tests. Both set everything up first.

PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
LOCKED := .venv/.locked
READY := .venv/.ready
PEERS := .venv-bench/.ready
NODE := tests/bench/node_modules/.ready

.PHONY: bench bench-service bench-compare help dev test check generate lint fuzz chaos lock clean

help: ## Show this help.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

dev: $(READY) ## Run the service with a database; PORT=8123 sets the port.
	@exec $(BIN)/freehold dev --stop-with-parent --port $(PORT)

test: $(READY) ## Run all tests, including Schemathesis.
	$(BIN)/pytest

check: $(READY) ## Check that generated/ is up to date.
	$(BIN)/freehold check

generate: $(READY) ## Generate generated/ from the contract.
	$(BIN)/freehold generate

lint: $(READY) ## Check style, types and the direction of imports.
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

fuzz: $(READY) ## Fuzz longer: random values, all nasty values, all malicious contracts, more killed runs.
	FUZZ_EXAMPLES=500 $(BIN)/pytest tests/runtime/test_fuzz.py
	HOSTILE_MUTANTS=10000 $(BIN)/pytest tests/hostile/test_tokens_counted.py
	NASTY=all $(BIN)/pytest tests/hostile/matrix
	HOSTILE_CONTRACTS=all $(BIN)/pytest tests/malicious_contracts tests/printing/test_determinism.py
	FREEHOLD_KILLS=200 $(BIN)/pytest tests/writing/test_killed_writer.py tests/writing/test_killed_command.py

chaos: $(READY) ## Kill the service and PostgreSQL, abort requests and deploy, all under load: ten minutes.
	CHAOS_KILLS=50 CHAOS_RESTARTS=20 CHAOS_ABORTS=10000 CHAOS_ROLLS=20 CHAOS_SIEGE=10 $(BIN)/pytest tests/faults

bench: $(READY) ## Benchmark generate and check on three contracts.
	$(BIN)/python -m tests.bench.tool

bench-service: $(READY) $(PEERS) $(NODE) ## Measure the service beside peers that serve the same API; OPTIONS=--quick for a first impression.
	$(BIN)/python -m tests.bench.service $(OPTIONS)

bench-compare: $(READY) $(NODE) ## Measure the service of this tree beside that of REV, such as REV=main.
	$(BIN)/python -m tests.bench.service.compare $(REV) $(OPTIONS)

lock: $(READY) ## Lock the newest dependencies that pyproject.toml allows.
	$(BIN)/pip install --quiet uv==0.13.8
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate --extra embedded --group dev \
	  pyproject.toml generator/freehold/printing/templates/requirements.txt --output-file requirements.lock
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header --no-annotate --constraint requirements.lock \
	  tests/bench/requirements.in --output-file tests/bench/requirements.lock

clean: ## Remove the virtual environments, caches, and the data of the development database.
	rm -rf .venv .venv-bench tests/bench/node_modules .freehold .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(READY): $(LOCKED) pyproject.toml
	@$(BIN)/pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(LOCKED): requirements.lock
	@echo "Setting up .venv from requirements.lock (once, takes half a minute) ..."
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
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
