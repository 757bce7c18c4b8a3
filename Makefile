# One verb per command; CI runs the same ones. What is made stays under .venv, .venvs, js/node_modules, dist, tbnb/static
# and screenshots.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
BUNDLE := tbnb/static/widget.js
JS_SOURCES := $(shell find js/src -type f 2>/dev/null) js/package.json js/build.js
PYTEST ?= $(BIN)/python -m pytest
COLAB := $(abspath $(or $(TBNB_COLAB_VENV),.venvs/colab-editable))

.PHONY: install demo test test-python test-js test-e2e lint format bench bench-frameworks build clean

install: $(VENV)/.installed $(BUNDLE)

$(VENV)/.installed: pyproject.toml js/hatch_build.py
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable '.[test,lint,e2e,demo]'
	touch $@

js/node_modules/.installed: js/package.json
	cd js && npm install --no-audit --no-fund --no-package-lock --loglevel=error
	touch $@

$(BUNDLE): js/node_modules/.installed $(JS_SOURCES)
	cd js && npm run --silent build

demo: install
	$(BIN)/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root) notebooks/quickstart.ipynb

test: test-python test-js test-e2e

test-python: install
	$(PYTEST) -m "not e2e"

test-js: js/node_modules/.installed
	cd js && npm test --silent

# In a real JupyterLab and in Notebook 6 on Colab's pins, which has an environment of its own (TBNB_COLAB_VENV).
test-e2e: install $(COLAB)/.installed
	@command -v chromium chromium-browser $$TBNB_CHROMIUM >/dev/null || echo "no Chromium: the browser tests are skipped"
	TBNB_COLAB_VENV=$(COLAB) $(PYTEST) -m e2e

$(COLAB)/.installed: .ci/colab-pins.txt pyproject.toml
	test -x $(COLAB)/bin/python || $(PYTHON) -m venv $(COLAB)
	$(COLAB)/bin/python -m pip install --quiet -r .ci/colab-pins.txt --editable .
	touch $@

lint: install js/node_modules/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	cd js && npm run --silent lint

format: install js/node_modules/.installed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	cd js && npm run --silent format

bench: install
	$(BIN)/python -m tests.bench

# Needs the frameworks: pip install -r .ci/frameworks.txt, and torch.
bench-frameworks: install
	$(BIN)/python -m tests.bench.bench_frameworks

build: $(BUNDLE)
	$(BIN)/python -m pip install --quiet build
	$(BIN)/python -m build --outdir dist .

clean:
	rm -rf $(VENV) .venvs js/node_modules dist tbnb/static screenshots
