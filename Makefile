# Every path is relative, so that a space in the path of this folder does no harm. A second run finds its stamps.

.DEFAULT_GOAL := help
.PHONY: help env demo demo-reset test check bench lock test-env
.NOTPARALLEL:

BIN := .venv/bin
UV := $(BIN)/uv
export UV_PYTHON_DOWNLOADS := never
export UV_NO_PROGRESS := 1
# Where it is set, as in many containers, every process compiles the whole program anew: 2 seconds of processor each.
unexport PYTHONDONTWRITEBYTECODE
LOOK := $(shell find src/painpath/web -path '*static*' -type f 2>/dev/null; find src/painpath/locale -type f 2>/dev/null) \
	$(wildcard src/painpath/web/assets.py src/painpath/web/themes.py src/painpath/web/catalogues.py)

help:
	@echo 'make demo        the demonstration on http://127.0.0.1:8000 (keeps its data)'
	@echo 'make demo-reset  the demonstration, started afresh'
	@echo 'make env         .venv with everything that running needs'
	@echo 'make test        every check and every test'
	@echo 'make check       style, types, layers, migrations, the pathway, the safety case, what patients read'
	@echo 'make bench       measurements'
	@echo 'make lock        write requirements/*.txt anew from pyproject.toml'

env: .venv/.run build/.static

demo: env
	$(BIN)/painpath demo

demo-reset: env
	$(BIN)/painpath demo --reset

# A file of tests stays with one process, which has its own database on the one server, and its own browser. Files in
# their order: the journeys, which take longest, begin early, so that no process waits long for the other at the end.
ON_EVERY_CORE := -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

# PAINPATH_TEST_WHOLE: a test whose program is not there fails, for it should be.
test: export PAINPATH_TEST_WHOLE := yes
test: test-env
	CHROMIUM="$$(tools/chromium)" && export CHROMIUM && $(MAKE) --no-print-directory check && \
		$(BIN)/python -m pytest $(ON_EVERY_CORE)

check: test-env
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/painpath manage makemigrations --check --dry-run
	$(BIN)/painpath pathway lint
	$(BIN)/painpath safety check
	$(BIN)/python tools/readability.py

bench: test-env build/beside/.made
	for measure in bench/*.py; do $(BIN)/python "$$measure" || exit 1; done

# --- the environment ------------------------------------------------------------------------------------------------

.venv/.tools: requirements/build.txt
	python="$$(tools/python)" && "$$python" -m venv --clear .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/build.txt
	touch $@

.venv/.run: .venv/.tools requirements/run.txt pyproject.toml
	$(UV) pip sync -q --python $(BIN)/python --require-hashes requirements/build.txt requirements/run.txt
	$(UV) pip install -q --python $(BIN)/python --no-deps --no-build-isolation --editable .
	touch $@

.venv/.test: .venv/.run requirements/dev.txt
	$(UV) pip install -q --python $(BIN)/python --require-hashes -r requirements/dev.txt
	touch $@

node_modules/.run: package-lock.json
	tools/node
	npm ci --omit=dev
	touch $@

node_modules/.test: package-lock.json
	tools/node
	npm ci
	touch node_modules/.run $@

build/.static: .venv/.run node_modules/.run $(LOOK)
	$(BIN)/python -m painpath.web.assets
	mkdir -p build
	touch $@

# What the reading is measured beside. It wants older libraries than ours.
build/beside/.made: .venv/.tools requirements/bench.txt
	$(BIN)/python -m venv --clear build/beside
	$(UV) pip install -q --python build/beside/bin/python --require-hashes -r requirements/bench.txt
	touch $@

# What the tests hold the letters against: the MESH server of NHS England, and a second judge of PDFs.
build/outside/.made: .venv/.tools requirements/outside.txt
	$(BIN)/python -m venv --clear build/outside
	$(UV) pip install -q --python build/outside/bin/python --require-hashes -r requirements/outside.txt
	touch $@

test-env: .venv/.test node_modules/.test build/.static build/outside/.made

COMPILE = $(UV) pip compile -q --generate-hashes --universal --python-version 3.11 --no-header

lock: .venv/.tools
	$(COMPILE) --group build -o requirements/build.txt
	$(COMPILE) --extra ocr -c requirements/build.txt pyproject.toml -o requirements/run.txt
	$(COMPILE) --all-extras -c requirements/run.txt -c requirements/build.txt pyproject.toml -o requirements/dev.txt
	$(COMPILE) --group bench -o requirements/bench.txt
	$(COMPILE) --group outside -o requirements/outside.txt
	! grep -n '://' requirements/*.txt
	@echo 'Then: make test-env, and in it painpath safety record licences and painpath safety write'
