# 榕树 Rongshu. `make help` explains every target.
PYTHON ?= python3
BIN := .venv/bin
export RONGSHU_DATA ?= ./var
SERVE ?= 1

.PHONY: help setup lock engines assets demo check test test-full bench bench-search conformance clean
.DEFAULT_GOAL := help

help: ## Explain every target
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

setup: .venv/.installed node_modules/.installed assets ## Install everything the project needs into this folder (idempotent)

.venv/.installed: requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 或更新版本。"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

node_modules/.installed: package-lock.json
	@command -v npm >/dev/null || { echo "需要 Node.js 20 或更新版本（含 npm）。"; exit 1; }
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

assets: rongshu/publishing/assets/dist/manifest.json rongshu/console/assets/dist/manifest.json ## Build styles and scripts of the public pages and of the console

rongshu/publishing/assets/dist/manifest.json: node_modules/.installed $(shell find rongshu/publishing/assets rongshu/*/site_assets -path '*/dist' -prune -o -type f -print 2>/dev/null)
	node rongshu/publishing/assets/build.mjs
	@touch $@

rongshu/console/assets/dist/manifest.json: node_modules/.installed $(shell find rongshu/console/assets rongshu/*/console_assets -path '*/dist' -prune -o -type f -print 2>/dev/null)
	node rongshu/console/assets/build.mjs
	@touch $@

lock: ## Compile the lock files anew (they name no registry host)
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-header --strip-extras requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-header --strip-extras requirements-dev.in -o requirements-dev.txt

demo: setup ## Build legacy sites, take them over, publish 示范省 and serve it (SERVE=0 ends after the checks)
	$(BIN)/rongshu demo $(if $(filter 0,$(SERVE)),--no-serve,)

check: setup ## Format, lint, strict types, import contracts, migrations, templates, docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/check_migrations.py
	$(BIN)/python scripts/check_templates.py
	npm run --silent check
	$(BIN)/python scripts/check_docs.py

engines: ## Install the engines the tests use, where this machine lets us (PostgreSQL, Chromium, nginx, OpenSearch)
	scripts/install_engines

test: setup engines ## The suite on SQLite, then on a real PostgreSQL (under 15 minutes)
	$(BIN)/pytest -n 2 --dist worksteal --durations=25
	$(BIN)/python scripts/with_postgres.py $(BIN)/pytest -n 2 --dist worksteal --database-only -m 'not slow and not browser'

test-full: setup engines ## The long runs, and the search's tests on OpenSearch
	$(BIN)/pytest -m slow -n 2 --durations=25
	$(BIN)/python scripts/with_postgres.py $(BIN)/pytest -n 2 --database-only -m 'slow and not browser'
	$(BIN)/python scripts/with_opensearch.py $(BIN)/pytest -n 2 rongshu/search --database-only -m 'not slow and not browser and not opensearch'

conformance: setup engines ## Run the tests marked with requirements and print each requirement's state
	-$(BIN)/pytest -q -n 2 -m requirement --conformance var/conformance.json
	$(BIN)/python scripts/conformance.py var/conformance.json

bench: setup ## Measure the figures of the README (BENCH=--quick for a tenth of the sizes)
	$(BIN)/python -m bench $(BENCH)

bench-search: setup ## Measure how well the search finds, beside plain BM25 (BENCH="--only judged" for our set)
	$(BIN)/python -m bench.search_quality $(BENCH)

clean: ## Remove what setup installed; state under var/ stays
	rm -rf .venv node_modules rongshu/publishing/assets/dist rongshu/console/assets/dist
