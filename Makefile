# One command each for everything, the same by hand and in continuous integration. `make` alone lists them.
# On a fresh machine every target makes what it needs first: the environment .venv, with all that pyproject.toml asks for.

PYTHON ?= $(firstword $(foreach name,python3.11 python3.12 python3.13 python3 python,$(if $(shell $(name) -c "" 2>&1 || echo no),,$(name))) python3)
VENV ?= .venv
# More words for pip, e.g. an index of builds for the CPU alone: make test PIP_FLAGS="--index-url ..."
PIP_FLAGS ?=
TEST_WORKERS ?= 2
TEST_FLAGS ?=
BENCH ?= startup mnist_lenet5 accuracy iris

BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Another major version than that of constraints.txt: pictures must come out with the same bits under both.
OTHER_PILLOW := $(VENV)/pillow-12.3.0
PEERS := .venv-bench
PEERS_READY := $(PEERS)/.ready
# One thread per test worker: workers that each take all cores wait for one another. Compiled modules are kept, whatever
# the environment says: dozens of tests start a process of their own, and compiling everything anew takes it a second.
FOR_TESTS := OMP_NUM_THREADS=1 MKL_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=

.DEFAULT_GOAL := help
.PHONY: help install demo test coverage pillow check fix docs docs-site bench clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | awk -F'|' '{ printf "  make %-9s %s\n", $$1, $$2 }'

install: $(READY) ## make the environment (every other command does so when needed)

demo: $(READY) ## train on the bundled digits, evaluate, say where the report lies
	@$(BIN)/python scripts/demo.py

test: $(READY) ## run the tests (TEST_FLAGS="-k name" for some, TEST_FLAGS="-m long" for the long ones)
	$(FOR_TESTS) $(BIN)/python -m pytest -n $(TEST_WORKERS) --dist worksteal $(TEST_FLAGS)

coverage: $(READY) ## run the tests, and show which lines none of them reaches: build/coverage/index.html
	$(FOR_TESTS) $(BIN)/python -m pytest -n $(TEST_WORKERS) --dist worksteal $(TEST_FLAGS) \
		--cov --cov-report=term:skip-covered --cov-report=html:build/coverage

pillow: $(READY) $(OTHER_PILLOW)/PIL ## the tests of pictures under another major version of Pillow
	PYTHONPATH=$(OTHER_PILLOW) $(FOR_TESTS) $(BIN)/python -m pytest -n $(TEST_WORKERS) tests/preprocessing tests/decoding

check: $(READY) ## lint, format, types, import edges, fresh documentation
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python scripts/check_imports.py
	$(BIN)/python scripts/write_map.py --check
	$(BIN)/python scripts/cli_reference.py --check
	$(BIN)/python scripts/error_reference.py --check
	$(BIN)/mypy

fix: $(READY) ## mend what can be mended: lint, format, generated documentation
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	@$(MAKE) --no-print-directory docs

docs: $(READY) ## write what is generated: the map in docs/architecture.md, docs/cli.md, docs/errors.md
	$(BIN)/python scripts/write_map.py
	$(BIN)/python scripts/cli_reference.py
	$(BIN)/python scripts/error_reference.py

docs-site: $(READY) ## build the site of docs/ and the docstrings, build/docs-site/index.html; a warning is an error
	$(BIN)/python scripts/docs_site.py

bench: $(READY) $(PEERS_READY) ## measure, beside the peers, about half an hour (BENCH=startup for that one alone)
	@set -e; for name in $(BENCH); do $(BIN)/python benchmarks/$$name.py; done

clean: ## remove environments, caches and build/ (runs/ stays)
	rm -rf .venv .venv-bench build dist .mypy_cache .ruff_cache .pytest_cache
	find src tests scripts benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): pyproject.toml constraints.txt
	@$(call make_venv,$(VENV))
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(PIP_FLAGS) -e ".[dev]" -c constraints.txt
	@touch $@

$(OTHER_PILLOW)/PIL: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check $(PIP_FLAGS) --no-deps --upgrade \
		--target $(OTHER_PILLOW) pillow==$(OTHER_PILLOW:$(VENV)/pillow-%=%)
	@touch $@

$(PEERS_READY): benchmarks/peers.txt
	@$(call make_venv,$(PEERS))
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check $(PIP_FLAGS) -r benchmarks/peers.txt
	@touch $@

# Make the environment $(1) unless it is there and runs.
define make_venv
$(1)/bin/python -m pip --version >/dev/null 2>&1 || { \
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" 2>/dev/null || { \
		echo "Pellucid needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>&1 | head -n 1)." >&2; \
		echo "Name another one: make PYTHON=/path/to/python3.11" >&2; exit 1; }; \
	echo "Making $(1) with $$($(PYTHON) --version); the first install takes a few minutes."; \
	$(PYTHON) -m venv --clear $(1) || { \
		echo "'$(PYTHON) -m venv' failed; on Debian and Ubuntu: apt install python3-venv." >&2; exit 1; }; }
endef
