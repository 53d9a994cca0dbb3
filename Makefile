# Every command a developer needs. `make setup` runs by itself where it is needed; ARGS="…" is passed on.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
ARGS ?=
# Tests start many processes, each of which would compile all modules anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup assets client demo run test check bench soak lock clean

setup: $(READY)

$(READY): requirements.lock pyproject.toml twins/pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11 …")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable . --editable twins
	$(BIN)/python -m qyzmet.web.assets
	touch $(READY)

# The pages' styles, script and fonts, where their sources changed.
assets: setup
	$(BIN)/python -m qyzmet.web.assets

# A typed Python client of the API, in build/client.
client: setup
	mkdir -p build
	$(BIN)/python -m qyzmet.web.document > build/openapi.json
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/openapi-python-client generate --path build/openapi.json --meta none --overwrite \
		--config qyzmet/web/client.yml --output-path build/client/qyzmet_client

demo: assets
	$(BIN)/qyzmet demo $(ARGS)

run: assets
	$(BIN)/qyzmet serve $(ARGS)

test: setup
	$(BIN)/python -m pytest -m "not soak" -n auto --dist worksteal $(ARGS)

soak: setup
	$(BIN)/python -m pytest -m soak $(ARGS)

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup
	$(BIN)/python bench/everything.py $(ARGS)

# Only after a change of dependencies: writes requirements.lock anew, with hashes, for every platform.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-emit-package qyzmet --custom-compile-command "make lock" \
		--extra dev pyproject.toml twins/pyproject.toml --output-file requirements.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .import_linter_cache .hypothesis dist build
	find . -name __pycache__ -prune -exec rm -rf {} +
