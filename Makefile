# Every task is one line a person would type. Nothing has to be prepared but Python 3.11+ and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
LOCAL := . $(wildcard plugins/*) server
# What runs the product, and with it what tests, checks and builds it.
RUNTIME := $(VENV)/.runtime
STAMP := $(VENV)/.installed
INSTALL := $(BIN)/python packaging/install.py
# One more than processors, since tests wait for processes; more than five would need too much memory.
WORKERS ?= $(shell $(PYTHON) -c "import os; print(min(os.cpu_count() or 1, 4) + 1)")
NPM := PYTHON=$(PYTHON) sh packaging/with_node.sh npm --prefix server/dashboard
# The same of the dashboard: what builds it, and with it what tests and checks it.
BUILD_MODULES := server/dashboard/node_modules/.build
MODULES := server/dashboard/node_modules/.installed
DASHBOARD := server/src/wfhserver/dashboard_files/index.html
TYPES := server/dashboard/src/api/schema.d.ts
FILTERS := server/dashboard/src/api/filters.gen.ts

.PHONY: help
help: ## List what can be done
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(RUNTIME): requirements/runtime.txt pyproject.toml server/pyproject.toml $(wildcard plugins/*/pyproject.toml)
	$(PYTHON) packaging/require_python.py
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(INSTALL) --require-hashes -r requirements/runtime.txt
	$(INSTALL) --no-deps --no-build-isolation $(LOCAL:%=-e ./%)
	touch $@

$(STAMP): $(RUNTIME) requirements/lock.txt
	$(INSTALL) --compile --require-hashes -r requirements/lock.txt
	touch $@

.PHONY: install
install: $(STAMP) ## Create .venv with the locked packages

$(BUILD_MODULES): $(addprefix server/dashboard/,package.json package-lock.json .npmrc)
	$(NPM) ci --omit=dev
	touch $@

# `npm ci` would begin by deleting the others.
$(MODULES): $(BUILD_MODULES)
	$(NPM) install --no-save
	touch $@

# Elsewhere first: a server shows the page as soon as the folder is there.
$(DASHBOARD): $(BUILD_MODULES) $(shell find server/dashboard -type f -not -path '*/node_modules/*')
	$(NPM) run --silent build -- --outDir $(CURDIR)/build/dashboard
	rm -rf $(@D)
	mv build/dashboard $(@D)
	touch $@

.PHONY: dashboard
dashboard: $(DASHBOARD) ## Build the dashboard into the server's Python package

.PHONY: api-types
api-types: $(MODULES) ## Generate the dashboard's types after a change of the API
	mkdir -p build
	$(BIN)/python packaging/render_openapi.py > build/openapi.json
	$(NPM) run --silent types -- ../../build/openapi.json --output $(CURDIR)/$(TYPES)
	$(BIN)/python packaging/render_filters.py < build/openapi.json > $(FILTERS)
	$(BIN)/python packaging/render_dashboard_api.py < build/openapi.json > docs/dashboard-api.md

.PHONY: messages
messages: $(STAMP) $(MODULES) ## Write the message catalogs after a change of texts
	$(BIN)/python packaging/render_messages.py
	$(NPM) run --silent catalog

.PHONY: server-settings
server-settings: $(STAMP) ## Write the tables of the server's settings into docs/server-operations.md
	$(BIN)/python packaging/render_server_settings.py

.PHONY: demo
demo: export MAKE := $(MAKE)
demo: export PYTHON := $(PYTHON)
demo: ## Run server, PostgreSQL and this machine's agent; FOR=60 stops after 60 s
	sh packaging/require_packages.sh demo
	sh packaging/demo.sh $(RUNTIME) $(DASHBOARD) $(BIN)/wfhserver demo $(if $(FOR),--for $(FOR)) $(if $(DATA),--data $(DATA))

.PHONY: test
test: $(STAMP) $(MODULES) $(DASHBOARD) ## Run every test (PYTEST="-k outbox" for some)
	sh packaging/require_packages.sh test
	$(if $(PYTEST),,$(NPM) run --silent test)
	$(if $(PYTEST),$(BIN)/python -m pytest $(PYTEST),sh packaging/run_tests.sh $(BIN)/python $(WORKERS))

.PHONY: test-desktops
test-desktops: $(STAMP) ## As root: the agent on GNOME and Plasma, each on its own machine (WORLD=gnome for one)
	sh packaging/require_packages.sh test-desktops
	$(BIN)/python -m pytest -p no:cacheprovider tests/worlds/desktops/world_$(or $(WORLD),*)*.py

.PHONY: desktop-pictures
desktop-pictures: test-desktops ## Renew the docs' pictures of the icon's menu on GNOME and Plasma, as root
	$(BIN)/python -m tests.worlds.desktops.pictures

.PHONY: test-agent
test-agent: $(STAMP) ## Run only the tests of agent and plugins, on any system
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile tests plugins

.PHONY: test-windows
test-windows: $(STAMP) ## Run the tests of agent and plugins on Windows Python under Wine (ONLY=file for some)
	sh packaging/require_packages.sh test-windows
	$(BIN)/python -m tests.worlds.windows.build
	$(if $(ONLY),,$(BIN)/python -m pytest tests/worlds/windows/play_windows.py)
	$(BIN)/python -m tests.worlds.windows.suites $(ONLY)

.PHONY: test-msi
test-msi: $(STAMP) ## Install, upgrade, downgrade and remove the MSI under Wine, with a stand-in for the program
	sh packaging/require_packages.sh test-msi
	$(BIN)/python -m tests.worlds.windows.package

.PHONY: test-packages
test-packages: $(STAMP) ## As root: the signed repositories, in a fresh Debian with apt and with dnf
	sh packaging/require_packages.sh test-packages
	$(BIN)/python -m pytest -p no:cacheprovider tests/worlds/packages tests/packaging/test_manifests.py

.PHONY: image
image: $(STAMP) $(DASHBOARD) ## Build the server's image with podman, buildah or docker (CONTEXT=1: only what it is built of)
	$(BIN)/python packaging/image.py $(if $(CONTEXT),--context)

.PHONY: test-image
test-image: $(STAMP) $(DASHBOARD) ## As root: build the server's image and run it: agent, backup, restore, upgrade
	sh packaging/require_packages.sh test-image
	ansible-playbook -i packaging/ansible/inventory.ini --syntax-check packaging/ansible/site.yml
	$(BIN)/python -m pytest -p no:cacheprovider tests/worlds/image

.PHONY: test-systemd
test-systemd: $(STAMP) $(DASHBOARD) ## As root: agent and docs/deploy-ubuntu.md under a booted systemd (PYTEST="-k agent" for some)
	sh packaging/require_packages.sh test-systemd
	$(BIN)/python -m tests.worlds.systemd.prepare
	$(BIN)/python -m pytest tests/worlds/systemd -o faulthandler_timeout=900 $(or $(PYTEST),-n 2 --dist loadfile)

.PHONY: test-failover
test-failover: $(STAMP) ## Lose app servers, database, pooler and bucket under load, a minute each (PYTEST="-k bucket" for some)
	sh packaging/require_packages.sh test-failover
	$(BIN)/python -m pytest tests/worlds/failover -s $(PYTEST)

.PHONY: check
check: lint messages-check types-linux types-win32 types-darwin dashboard-check ## Formatters, linters, message catalogs, types on all three systems, import layers

.PHONY: lint
lint: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports

.PHONY: messages-check
messages-check: $(STAMP)
	$(BIN)/python packaging/render_messages.py --check

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
	$(BIN)/python packaging/render_filters.py < build/openapi.json > build/filters.gen.ts
	cmp build/filters.gen.ts $(FILTERS) || { echo "$(FILTERS) is not of this API. Run: make api-types" >&2; exit 1; }

# Not in .venv, where the agent would find zstandard and load it.
build/compiler: $(STAMP) requirements/binary.txt
	rm -rf $@
	$(INSTALL) --require-hashes --target $@ -r requirements/binary.txt
	touch $@

.PHONY: binary
binary: build/compiler ## Compile the agent into build/standalone/ (folder; macOS: wfhagent.app) and build/onefile/ (download)
	sh packaging/require_packages.sh binary
	PYTHONPATH=build/compiler $(BIN)/python packaging/build_binary.py

build/zig: $(STAMP) requirements/windows.txt
	rm -rf $@
	$(INSTALL) --require-hashes --target $@ -r requirements/windows.txt
	touch $@

.PHONY: windows
windows: build/zig ## Compile the agent for Windows under Wine into build/windows/, and try program, download and MSI
	sh packaging/require_packages.sh windows
	$(BIN)/python -m tests.worlds.windows.compile.program
	$(BIN)/python -m pytest -p no:cacheprovider --compiled=build/windows/wfhagent $(addprefix tests/worlds/windows/play_,compiled.py windows.py)
	$(BIN)/python -m tests.worlds.windows.compile.package

.PHONY: smoke
smoke: $(STAMP) ## Test what `make binary` built as IT would use it, and what drop-ins may import
	sh packaging/require_packages.sh test
	sh packaging/require_packages.sh smoke
	$(BIN)/python packaging/smoke.py
	$(BIN)/python -m pytest tests/packaging/binary

.PHONY: deb
deb: $(STAMP) ## Put the result of `make binary` into a Debian package
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

.PHONY: repository
repository: $(STAMP) ## Make signed apt and dnf repositories of built packages (PACKAGES=folder KEY=fingerprint URL=https://...)
	sh packaging/require_packages.sh repository
	PYTHONPATH=packaging $(BIN)/python -m repository --key '$(KEY)' --url '$(URL)' $(if $(PACKAGES),--packages $(PACKAGES)) $(if $(INTO),--into $(INTO))

.PHONY: manifests
manifests: $(STAMP) ## Write manifests for winget and Homebrew (RELEASE=folder URL=https://...)
	PYTHONPATH=packaging $(BIN)/python -m manifests --url '$(URL)' $(if $(HOMEPAGE),--homepage '$(HOMEPAGE)') $(if $(RELEASE),--release $(RELEASE)) $(if $(INTO),--into $(INTO))

.PHONY: sbom
sbom: $(STAMP) ## Write build/wfhagent.cdx.json: what is in the compiled program (CycloneDX)
	$(BIN)/python packaging/sbom.py

.PHONY: bench
bench: $(STAMP) $(DASHBOARD) ## Compare every figure with its baseline (ONLY=name for one)
	$(BIN)/python tests/bench $(ONLY)

.PHONY: pictures
pictures: $(STAMP) $(DASHBOARD) ## Make the README's pictures, from the sample company
	sh packaging/require_packages.sh test
	PYTHONPATH=server/bench $(BIN)/python packaging/pictures.py

.PHONY: simulate
simulate: $(STAMP) ## Simulate DAYS=2000 days of laptops; RULE=1 for the rule of two logs alone, HOURS=09:00-13:00 for its hours
	$(BIN)/python tests/simulation $(if $(DAYS),--days $(DAYS)) $(if $(RULE),--rule $(if $(HOURS),--hours $(HOURS))) $(if $(SEED),--seed $(SEED))

.PHONY: lock
lock: RESOLVE := uv pip compile --universal --generate-hashes --no-emit-index-url --no-header --no-annotate \
  --python-version 3.11 --quiet
lock: PROJECTS := pyproject.toml server/pyproject.toml $(wildcard plugins/*/pyproject.toml)
lock: LOCAL_IN := --no-emit-package wfhagent requirements/local.in requirements/runtime.in
lock: ## Resolve requirements/*.txt again (needs uv)
	$(RESOLVE) --upgrade --extra embedded --extra demo --extra deploy \
	  --output-file requirements/lock.txt requirements/dev.in $(LOCAL_IN) $(PROJECTS)
	for name in binary windows uv node; do \
	  $(RESOLVE) --upgrade --output-file requirements/$$name.txt requirements/$$name.in || exit 1; done
	$(RESOLVE) --constraint requirements/lock.txt --extra embedded --extra demo \
	  --output-file requirements/runtime.txt $(LOCAL_IN) $(PROJECTS)
	$(RESOLVE) --constraint requirements/lock.txt --extra deploy \
	  --output-file requirements/server.txt server/pyproject.toml
