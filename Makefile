# Every task is one line a person would type. Nothing has to be prepared but Python 3.11+ and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCAL := . $(wildcard plugins/*) server
STAMP := $(VENV)/.installed

.PHONY: help
help: ## Say what can be done
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(STAMP): requirements/lock.txt pyproject.toml server/pyproject.toml $(wildcard plugins/*/pyproject.toml)
	$(PYTHON) packaging/require_python.py
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/lock.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation $(LOCAL:%=-e ./%)
	touch $@

.PHONY: install
install: $(STAMP) ## Make .venv with everything that is locked
