# The commands of the project; `make` alone lists them.

PYTHON ?= python3
PORT ?= 8000
DATA_DIR ?= var/data
NAME ?=
ARGS ?=

BIN := .venv/bin
SETUP := $(PYTHON) tools/setup.py

.DEFAULT_GOAL := help
.PHONY: help setup run demo test lint format articles bench tamper lock migrate clean

help: ## List the commands, one line each
	@awk 'BEGIN {FS = ":.*## "} /^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Make .venv with all that running, testing and checking need (quick when nothing changed)
	@$(SETUP) dev

run: ## Start the whole platform with example data and serve (PORT=8000, DATA_DIR=var/data)
	@$(SETUP) run
	@HTTP_PORT=$(PORT) DATA_DIR=$(DATA_DIR) $(BIN)/wanchuang run $(ARGS)

demo: ## Same as run, then end: status 0 only when the supervisor's verdict is clean
	@$(SETUP) run
	@HTTP_PORT=$(PORT) DATA_DIR=$(DATA_DIR) $(BIN)/wanchuang demo $(ARGS)

test: ## Run every test on real PostgreSQL and RabbitMQ (ARGS="-k voucher" picks some)
	@$(SETUP) dev rabbitmq
	@$(BIN)/python tools/suite.py $(ARGS)

lint: ## Check style, format, types, import rules and the table of articles
	@$(SETUP) dev
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/python tools/typecheck.py
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python tools/articles.py --check

format: ## Put the code into the project's format
	@$(SETUP) dev
	@$(BIN)/ruff check --quiet --fix . || true
	@$(BIN)/ruff format .

articles: ## Print the forty articles of the Measures with their tests and what is missing
	@$(PYTHON) tools/articles.py

bench: ## Run the benchmarks, ours against a peer (NAME=append runs one)
	@$(SETUP) dev rabbitmq
	@$(BIN)/python -m bench $(NAME)

tamper: ## Tamper with real databases in every known way and print who noticed (ARGS="--seed 2")
	@$(SETUP) dev
	@$(BIN)/python -m tests.tamper $(ARGS)

lock: ## Pin every dependency again, with hashes, from requirements/*.in
	@$(PYTHON) tools/lock.py

migrate: ## Bring the databases of all services up to date (DATABASE_URL)
	@$(SETUP) run
	@$(BIN)/wanchuang migrate --all

clean: ## Remove .venv, caches and build folders (data under var/ stays)
	@rm -rf .venv .cache .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name .git -prune -o -type d \( -name __pycache__ -o -name '*.egg-info' -o -name build \
		-o -name dist \) -prune -exec rm -rf {} +
