# The only door. `make demo` on a fresh machine needs Python 3.11 or newer and make, nothing else.
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory
ROOT := $(dir $(abspath $(lastword $(MAKEFILE_LIST))))
BIN := .venv/bin
unexport PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE VIRTUAL_ENV DJANGO_SETTINGS_MODULE

.PHONY: help demo run test check bench messages lock clean install install-dev
.DEFAULT_GOAL := help

help: ## list what there is
	@sed -n 's/^\([a-z-]*\):.*## /  make \1\t/p' "$(ROOT)Makefile" | expand -t 18

demo: install ## everything on this machine, with simulated clients to look at
	@cd "$(ROOT)" && exec $(BIN)/python -m config.supervisor --demo

run: install ## the same without the demo's clients; honours every variable of docs/operations.md
	@cd "$(ROOT)" && exec $(BIN)/python -m config.supervisor

test: install-dev ## the test suite
	@cd "$(ROOT)" && $(BIN)/pytest -n logical --maxprocesses 4 --dist worksteal -m "not alone" $(ARGS) || [ $$? -eq 5 ]
	@cd "$(ROOT)" && $(BIN)/pytest -m alone $(or $(ARGS),$$(grep -rlF mark.alone tests --include="test_*.py")) || [ $$? -eq 5 ]

check: install-dev ## what continuous integration asks
	@cd "$(ROOT)" && $(BIN)/ruff check . && $(BIN)/ruff format --check .
	@cd "$(ROOT)" && $(BIN)/mypy .
	@cd "$(ROOT)" && $(BIN)/lint-imports
	@cd "$(ROOT)" && if [ -d templates ]; then $(BIN)/djlint --check --lint templates; fi
	@cd "$(ROOT)" && LATITUDE_MODE=test $(BIN)/python manage.py makemigrations --check --dry-run
	@cd "$(ROOT)" && $(BIN)/pytest -n logical --maxprocesses 4 --dist worksteal -m "not alone" $(ARGS) || [ $$? -eq 5 ]
	@cd "$(ROOT)" && $(BIN)/pytest -m alone $(or $(ARGS),$$(grep -rlF mark.alone tests --include="test_*.py")) || [ $$? -eq 5 ]

bench: install-dev ## the measured promises
	@cd "$(ROOT)" && for file in benchmarks/[a-z]*.py; do \
		$(BIN)/python -m benchmarks.$$(basename $$file .py) $(ARGS) || exit 1; done

lock: ## lock the newest versions that pyproject.toml allows
	@cd "$(ROOT)" && sh .ci/lock

clean: ## stop the local servers and remove what was made, the local database included
	@cd "$(ROOT)" && if [ -x $(BIN)/python ]; then $(BIN)/python -m config.embedded stop; fi
	@cd "$(ROOT)" && if [ -L .venv ]; then echo "latitude: .venv is a link and stays"; else rm -rf .venv; fi
	@cd "$(ROOT)" && rm -rf var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache htmlcov .coverage

install: ## make .venv and install the program into it, nothing more
	@cd "$(ROOT)" && sh .ci/python config/install.py requirements.txt

messages: install-dev ## collect what is to be translated into locale/, and say what lacks
	@cd "$(ROOT)" && LATITUDE_MODE=test $(BIN)/python -m config.messages

install-dev:
	@cd "$(ROOT)" && sh .ci/python config/install.py requirements-dev.txt
