# The two commands of a newcomer are 'make demo' and 'make test'; 'make help' lists the rest.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: help demo test check lock clean

help:  ## List these commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1 - \2/p' $(MAKEFILE_LIST)

demo: export LANGNGHE_DATA_DIR ?= $(CURDIR)/.demo
demo: .venv/installed  ## Crawl the sample sources, annotate, index, detect, write a digest and open the dashboard
	$(BIN)/langnghe demo $(DEMO)

test: .venv/installed-dev .venv/servers  ## Install what the tests need and run all of them
	$(BIN)/python -m pytest -n 2 --dist loadfile $(TESTS)

check: .venv/installed-dev  ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Without torch, whose wheel brings 3 GB of GPU libraries; the tests need none of it.
TESTED := $(foreach extra,postgresql workers transformers docs train dev,--extra $(extra))

lock:  ## Pin the newest versions of all dependencies, with hashes
	$(PIP) install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header --upgrade pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header $(TESTED) -c requirements.lock pyproject.toml -o requirements-dev.lock

clean:  ## Remove the virtual environment
	rm -rf .venv

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv .venv

.venv/installed: .venv/bin/python requirements.lock pyproject.toml
	$(PIP) install --quiet --progress-bar on --require-hashes -r requirements.lock
	$(PIP) install --quiet --no-deps --editable .
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.lock
	$(PIP) install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

.venv/servers: tests/servers/install.sh
	bash tests/servers/install.sh
	@touch $@
