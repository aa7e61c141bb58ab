# Every task is one line a person would type. Nothing has to be prepared but Python 3.11+ and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
LOCAL := . $(wildcard plugins/*) server
STAMP := $(VENV)/.installed
# Node of the machine, or the one that was installed beside Python.
NPM := sh packaging/with_node.sh npm --prefix server/dashboard
MODULES := server/dashboard/node_modules/.installed
DASHBOARD := server/src/wfhserver/dashboard_files/index.html
TYPES := server/dashboard/src/api/schema.d.ts

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

$(MODULES): $(STAMP) $(addprefix server/dashboard/,package.json package-lock.json .npmrc)
	$(NPM) ci
	touch $@

$(DASHBOARD): $(MODULES) $(shell find server/dashboard -type f -not -path '*/node_modules/*')
	$(NPM) run --silent build

.PHONY: dashboard
dashboard: $(DASHBOARD) ## Build the dashboard into the server's Python package

.PHONY: api-types
api-types: $(MODULES) ## Make the dashboard's types anew after a change of the API
	mkdir -p build
	$(BIN)/python packaging/render_openapi.py > build/openapi.json
	$(NPM) run --silent types -- ../../build/openapi.json --output $(CURDIR)/$(TYPES)
	$(BIN)/python packaging/render_dashboard_api.py < build/openapi.json > docs/dashboard-api.md

.PHONY: demo
demo: $(STAMP) $(DASHBOARD) ## Run server, PostgreSQL and this machine's agent; FOR=60 stops by itself
	sh packaging/require_packages.sh demo
	$(BIN)/wfhserver demo $(if $(FOR),--for $(FOR)) $(if $(DATA),--data $(DATA))

.PHONY: test
test: $(STAMP) $(DASHBOARD) ## Run every test (PYTEST="-k outbox" for some)
	sh packaging/require_packages.sh test
	$(if $(PYTEST),,$(NPM) run --silent test)
	$(BIN)/python -m pytest $(or $(PYTEST),-n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder)

.PHONY: test-desktops
test-desktops: $(STAMP) ## Run the agent on GNOME and Plasma, in machines of their own, as root (WORLD=gnome for one)
	sh packaging/require_packages.sh test-desktops
	$(BIN)/python -m pytest -p no:cacheprovider tests/worlds/desktops/world_$(or $(WORLD),*)*.py

.PHONY: test-agent
test-agent: $(STAMP) ## Run the tests of agent and plugins alone, on whatever system this is
	$(BIN)/python -m pytest -n logical --dist loadfile tests plugins

.PHONY: test-windows
test-windows: $(STAMP) ## Run the tests of agent and plugins on Windows Python under Wine (ONLY=file for some)
	sh packaging/require_packages.sh test-windows
	$(BIN)/python -m tests.worlds.windows.build
	$(if $(ONLY),,$(BIN)/python -m pytest tests/worlds/windows/play_windows.py)
	$(BIN)/python -m tests.worlds.windows.suites $(ONLY)

.PHONY: test-msi
test-msi: $(STAMP) ## Install, upgrade, downgrade and remove the MSI under Wine, around a stand-in for the program
	sh packaging/require_packages.sh test-msi
	$(BIN)/python -m tests.worlds.windows.package

.PHONY: test-systemd
test-systemd: $(STAMP) $(DASHBOARD) ## As root: agent and docs/deploy-ubuntu.md under a booted systemd (PYTEST="-k agent" for some)
	sh packaging/require_packages.sh test-systemd
	$(BIN)/python -m tests.worlds.systemd.prepare
	$(BIN)/python -m pytest tests/worlds/systemd -o faulthandler_timeout=900 $(or $(PYTEST),-n 2 --dist loadfile)

.PHONY: check
check: lint types-linux types-win32 types-darwin dashboard-check ## Formatters, linters, types on all three systems, import layers

.PHONY: lint
lint: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports

types-linux: TYPED := server/src server_stub packaging tests/bench server/bench
.PHONY: types-linux types-win32 types-darwin
types-linux types-win32 types-darwin: types-%: $(STAMP)
	$(BIN)/mypy --platform $* --cache-dir .mypy_cache/$* src plugins/*/src $(TYPED)

.PHONY: dashboard-check
dashboard-check: $(STAMP) $(MODULES)
	$(NPM) run --silent check
	mkdir -p build
	$(BIN)/python packaging/render_openapi.py > build/openapi.json
	$(NPM) run --silent types -- ../../build/openapi.json --output $(CURDIR)/build/schema.d.ts
	cmp build/schema.d.ts $(TYPES) || { echo "$(TYPES) is not of this API. Run: make api-types" >&2; exit 1; }

# Beside .venv, where the agent would find zstandard and load it.
build/compiler: $(STAMP) requirements/binary.txt
	rm -rf $@
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes --target $@ -r requirements/binary.txt
	touch $@

.PHONY: binary
binary: build/compiler ## Compile the agent into build/standalone/ (folder; macOS: wfhagent.app) and build/onefile/ (download)
	sh packaging/require_packages.sh binary
	PYTHONPATH=build/compiler $(BIN)/python packaging/build_binary.py

.PHONY: smoke
smoke: $(STAMP) ## Try what `make binary` built as IT would, and prove what drop-ins may import
	sh packaging/require_packages.sh test
	sh packaging/require_packages.sh smoke
	$(BIN)/python packaging/smoke.py
	$(BIN)/python -m pytest packaging/tests

.PHONY: deb
deb: $(STAMP) ## Put what `make binary` built into a Debian package
	sh packaging/require_packages.sh deb
	PYTHONPATH=packaging $(BIN)/python -m installers.deb

.PHONY: rpm
rpm: $(STAMP) ## The same as an RPM
	sh packaging/require_packages.sh rpm
	PYTHONPATH=packaging $(BIN)/python -m installers.rpm

.PHONY: msi
msi: $(STAMP) ## The same for Windows; FOLDER= and VERSION= of a folder built there
	sh packaging/require_packages.sh msi
	PYTHONPATH=packaging $(BIN)/python -m installers.msi $(if $(FOLDER),--folder $(FOLDER)) $(if $(VERSION),--version $(VERSION))

.PHONY: pkg
pkg: $(STAMP) ## The same for macOS, on macOS
	PYTHONPATH=packaging $(BIN)/python -m installers.pkg

.PHONY: sbom
sbom: $(STAMP) ## Write build/wfhagent.cdx.json: what is in the compiled program (CycloneDX)
	$(BIN)/python packaging/sbom.py

.PHONY: bench
bench: $(STAMP) $(DASHBOARD) ## Measure every figure beside its yardstick (ONLY=name for one)
	$(BIN)/python tests/bench $(ONLY)

.PHONY: pictures
pictures: $(STAMP) $(DASHBOARD) ## Make the README's pictures anew, from the sample company
	sh packaging/require_packages.sh test
	PYTHONPATH=server/bench $(BIN)/python packaging/pictures.py

.PHONY: simulate
simulate: $(STAMP) ## Live DAYS=2000 days of laptops; RULE=1 for the rule of the two logs alone
	$(BIN)/python tests/simulation $(if $(DAYS),--days $(DAYS)) $(if $(RULE),--rule) $(if $(SEED),--seed $(SEED))

.PHONY: lock
lock: ## Resolve requirements/lock.txt anew (needs uv)
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
	  --python-version 3.11 --quiet --extra embedded --extra demo --extra deploy --no-emit-package wfhagent \
	  --upgrade --output-file requirements/lock.txt requirements/dev.in requirements/local.in \
	  pyproject.toml server/pyproject.toml plugins/*/pyproject.toml
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
	  --python-version 3.11 --quiet --upgrade --output-file requirements/binary.txt requirements/binary.in
	uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
	  --python-version 3.11 --quiet --extra deploy --constraint requirements/lock.txt \
	  --output-file requirements/server.txt server/pyproject.toml
