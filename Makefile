# make run      make .venv, install cockpit into it, open the cockpit
# make install  only .venv with cockpit in it
# make test     the test tools too, then all tests, in parallel      (TESTS=tests/unit PYTEST_ARGS=-x for less)
# make check    lint, format, types, import contracts, docs in step
# make bench    the benchmarks' tables
# make format   fold the code as `make check` wants it
# make clean    remove everything that the above made

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
# The Python that .venv is made with; the first one on PATH that is new enough.
PYTHON ?=
TESTS ?= tests
PYTEST_ARGS ?=
# Half of the time of a test is waiting (for tmux, git, a disk): two workers more than there are processors.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 2)
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# Each start compiles 250 modules anew where they can't be kept (PYTHONDONTWRITEBYTECODE, a folder that is read-only then).
COMPILE := $(BIN)/python -m compileall -q cockpit
SOURCES := cockpit $(wildcard tests tools benchmarks)

.DEFAULT_GOAL := help
.PHONY: help run install test check format bench clean

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

run: install
	@$(COMPILE)
	@$(BIN)/cockpit

install: $(VENV)/.installed

test: $(VENV)/.installed-test
	@$(COMPILE)
	$(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal $(PYTEST_ARGS) $(TESTS)

# Every step runs, so that one call tells everything that is wrong.
check: $(VENV)/.installed-test
	@failed=; \
	step() { echo "== $$*"; "$$@" || failed="$$failed, $${*#$(BIN)/}"; }; \
	step $(BIN)/ruff check $(SOURCES); \
	step $(BIN)/ruff format --check $(SOURCES); \
	step $(BIN)/mypy; \
	step $(BIN)/lint-imports --no-logo; \
	if [ -f tools/check_docs.py ]; then step $(BIN)/python tools/check_docs.py; fi; \
	if [ -n "$$failed" ]; then echo "make check: failed: $${failed#, }" >&2; exit 1; fi; \
	echo "make check: all is well"

format: $(VENV)/.installed-test
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

bench: $(VENV)/.installed-test
	@$(COMPILE)
	@if [ -f benchmarks/run_all.py ]; then $(BIN)/python benchmarks/run_all.py; \
	else echo "make bench: benchmarks/run_all.py is not there" >&2; exit 1; fi

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache snapshot_report.html
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The installation is editable: a changed source needs no new one, a changed dependency does. A failed step leaves
# no stamp, so the next call goes on there.
$(VENV)/.made:
	@python="$(PYTHON)"; \
	if [ -z "$$python" ]; then for candidate in python3 python3.14 python3.13 python3.12 python3.11; do \
	  if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then python=$$candidate; break; fi; \
	done; fi; \
	if [ -z "$$python" ] || ! "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	  python=$${python:-python3}; found=$$("$$python" --version 2>/dev/null) || found="not there"; \
	  echo "cockpit needs Python 3.11 or newer; $$python is $${found:-broken}." >&2; \
	  echo "Install one (Debian: apt-get install python3 python3-venv) or name one: make $(MAKECMDGOALS) PYTHON=/path/to/python3" >&2; \
	  exit 1; fi; \
	if ! "$$python" -c 'import venv, ensurepip' 2>/dev/null; then \
	  echo "$$python can't make virtual environments: its venv module is missing." >&2; \
	  echo "Install it (Debian: apt-get install python3-venv), then call make again." >&2; \
	  exit 1; fi; \
	echo "making $(VENV) with $$("$$python" --version)"; \
	"$$python" -m venv $(VENV)
	@touch $@

$(VENV)/.installed: pyproject.toml constraints.txt $(VENV)/.made
	@echo "installing cockpit into $(VENV)"
	@$(PIP) install -c constraints.txt -e .
	@$(COMPILE)
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	@echo "installing the test tools into $(VENV)"
	@$(PIP) install -c constraints.txt -e '.[test]'
	@touch $@
