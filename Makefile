# `make help` lists what can be made. Needs make and Python 3.11 or newer, nothing else.

PYTHON ?= python3
PORT ?= 8000
TENANT_PORT ?= 9000
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
BENCH := .venv-bench
NEXT := .venv-next
# Python 3.13 or newer for `make test-next`: what the newest Django is tested on.
NEXT_PYTHON ?= python3.13
LOCKED := requirements/base.txt requirements/dev.txt
CODE := mfaproject accounts enrollment devtenant tests tools
# The local tenant's pages spell out Auth0's addresses, and their buttons submit.
TENANT_TEMPLATES := H043,J004,J018
COMPILE := pip-compile --quiet --upgrade --allow-unsafe --generate-hashes --strip-extras --no-emit-index-url \
	--no-emit-trusted-host --no-emit-find-links
# What speaks to no database of this suite's, and so does the same there: it starts programs on stores of their own.
NEXT_IGNORES := devtenant test_demo.py test_hanging_tenant.py test_rolling_restart.py
# Pass more to pytest with, say, `make test ARGS="-k recovery -x"`.
ARGS ?=
# Twice the processors: a test waits for its tenant or its browser meanwhile (on two, 109 s instead of 132 without browsers).
WORKERS ?= $(shell expr 2 \* $$(getconf _NPROCESSORS_ONLN))

# Some machines forbid Python to keep compiled modules; every process started here would compile all anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test test-next lint format messages bench faults requirements screenshots clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(STAMP) ## start the local tenant and the site (PORT=8000, TENANT_PORT=9000)
	@PORT=$(PORT) TENANT_PORT=$(TENANT_PORT) $(BIN)/python -m tools.demo

demo-reset: ## forget all that the demo remembers
	rm -rf .demo

test: $(STAMP) ## run the whole suite, on SQLite unless DATABASE_URL and CACHE_URL say otherwise
	@$(BIN)/pytest -n $(WORKERS) --dist worksteal $(ARGS)

test-next: $(NEXT)/.installed ## run what depends on them on Django 6.1 and Python 3.13 (NEXT_PYTHON=python3.13)
	@$(NEXT)/bin/pytest -n $(WORKERS) --dist worksteal -m "not browser" $(NEXT_IGNORES:%=--ignore=tests/%) $(ARGS)

lint: $(STAMP) ## check style, types, templates, deployment settings, migrations and pins
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(CODE)
	$(BIN)/djlint --check --lint templates
	$(BIN)/djlint --lint --quiet --profile jinja --ignore $(TENANT_TEMPLATES) devtenant/templates
	ENV_FILE=tests/production.env $(BIN)/python manage.py check --deploy --fail-level WARNING
	ENV_FILE=tests/production.env DATABASE_URL=sqlite://:memory: $(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/pip check

bench: $(BENCH)/.installed ## measure what a gate costs, beside other packages' gates
	@$(BENCH)/bin/python -m tests.benchmarks.gate

faults: $(STAMP) ## let every call fail and every change be killed, and say what was said beside what is so
	@$(BIN)/python -m tests.faults $(ARGS)

messages: $(STAMP) ## bring the translations in locale/ up to date with the sources, and compile them
	@$(BIN)/python -m tools.messages

format: $(STAMP) ## let ruff and djlint rewrite what they can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/djlint --reformat --quiet templates

requirements: $(STAMP) ## pin the newest allowed versions anew, with hashes (needs NEXT_PYTHON, too)
	cd requirements && for name in base dev bench; do \
		../$(BIN)/$(COMPILE) --output-file=$$name.txt $$name.in || exit 1; done
	$(NEXT_PYTHON) -m venv --clear $(NEXT)
	$(NEXT)/bin/python -m pip install -qq --disable-pip-version-check $$(grep -o '^pip-tools==[0-9.]*' requirements/dev.txt)
	cd requirements && { sed 's/^Django~=.*/Django~=6.1.0/' base.in; grep -v '^-c' dev.in; } | \
		CUSTOM_COMPILE_COMMAND='make requirements' ../$(NEXT)/bin/$(COMPILE) --output-file=next.txt -

screenshots: $(STAMP) ## take the pictures in docs/ anew (needs Chromium)
	$(BIN)/python -m tools.screenshots

clean: ## remove what was installed and built here
	rm -rf $(VENV) $(BENCH) $(NEXT) .mypy_cache .ruff_cache .pytest_cache .hypothesis build dist *.egg-info staticfiles

# Made anew whenever the pins change; otherwise there is nothing to do.
$(STAMP): $(LOCKED)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "This needs Python 3.11 or newer, and $(PYTHON) is `$(PYTHON) --version 2>&1`:" \
			"name another with PYTHON=python3.12." >&2; exit 1; }
	@test -x $(BIN)/python || { echo "Making $(VENV) …"; $(PYTHON) -m venv $(VENV); } || { \
		rm -rf $(VENV); echo "On Debian and Ubuntu, venv is in the package python3-venv." >&2; exit 1; }
	@echo "Installing what the project needs (once; a minute or two) …"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes \
		$(addprefix -r ,$(LOCKED))
	@touch $@

$(BENCH)/.installed: requirements/base.txt requirements/bench.txt
	@$(PYTHON) -m venv $(BENCH)
	@$(BENCH)/bin/python -m pip install -qq --disable-pip-version-check --require-hashes \
		-r requirements/base.txt -r requirements/bench.txt
	@touch $@

$(NEXT)/.installed: requirements/next.txt
	@$(NEXT_PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 13))' || { \
		echo "This needs Python 3.13 or newer: name one with NEXT_PYTHON=/path/to/python3.13." >&2; exit 1; }
	@$(NEXT_PYTHON) -m venv $(NEXT)
	@$(NEXT)/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/next.txt
	@touch $@
