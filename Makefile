# make demo   the main job on a synthetic study, results in ./demo
# make test   all tests that run without long fault injection
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BENCH := build/bench
export OMP_NUM_THREADS ?= 1

.PHONY: demo test test-full bench bench-panel bench-examination simulate faults bench-study bench-drawing bench-monitor lint format pictures clean

# What the product needs (0.8 GB); the tools of the tests are another 1.2 GB.
$(VENV)/.product: pyproject.toml
	if [ ! $(VENV)/.installed -nt pyproject.toml ]; then \
	  $(PYTHON) -m venv $(VENV) && $(BIN)/python -m pip install --quiet --upgrade pip && \
	  $(BIN)/python -m pip install --quiet --editable .; fi
	touch $@

$(VENV)/.installed: pyproject.toml | $(VENV)/.product
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@

demo: $(VENV)/.product
	$(BIN)/her2lowmri demo --out demo

test: $(VENV)/.installed
	.ci/system-libraries $(BIN)/python
	QT_QPA_PLATFORM=offscreen $(BIN)/python HER2LowMRI/Testing/run_tests.py

test-full: $(VENV)/.installed
	.ci/system-libraries $(BIN)/python
	QT_QPA_PLATFORM=offscreen $(BIN)/python HER2LowMRI/Testing/run_tests.py -m "full or not full"

# Speed as ratios in one run, written to docs/benchmarks.md (about 5 minutes). What it compares with has an
# environment of its own; pyradiomics needs a compiler and is left out where there is none.
bench: $(BENCH)/.installed
	$(BENCH)/bin/python bench/run.py

# What a reader waits for (needs slicer-core and Qt, as the tests do), written to docs/benchmarks-panel-offscreen.md.
bench-panel: $(VENV)/.installed
	.ci/system-libraries $(BIN)/python
	$(BIN)/python bench/panel.py

# The whole examination against its limits (about a minute, 700 MB of made-up images), written to docs/benchmarks-examination.md.
bench-examination: $(VENV)/.installed
	.ci/system-libraries $(BIN)/python
	$(BIN)/python bench/examination.py

$(BENCH)/.installed: pyproject.toml
	$(PYTHON) -m venv $(BENCH)
	$(BENCH)/bin/python -m pip install --quiet --upgrade pip
	$(BENCH)/bin/python -m pip install --quiet --editable '.[bench]' 'setuptools<77' wheel
	-$(BENCH)/bin/python -m pip install --quiet --no-build-isolation pyradiomics==3.0.1
	touch $@

# What the statistics promise, on simulated studies of known truth (some minutes).
simulate: $(VENV)/.installed
	$(BIN)/python bench/simulate_statistics.py --out docs/statistics-checks.md

# Kills, power cuts, bad disks, hostile folders: every kind with its amount, written to docs/faults.md (`make faults
# FULL=1`: the long amounts, some hours).
faults: $(VENV)/.installed
	$(BIN)/python bench/faults.py $(if $(FULL),--full) --out docs/faults.md

# How opening, status, check and export of a study grow with its cases, written to docs/benchmarks-study.md.
bench-study: $(VENV)/.installed
	$(BIN)/python bench/study_scale.py --out docs/benchmarks-study.md

# Assisted outlines on known lesions that are hard to draw, written to docs/assisted-drawing.md (some minutes).
bench-drawing: $(VENV)/.installed
	$(BIN)/python bench/assisted_drawing.py

# The monitor on simulated readers, written to docs/benchmarks-monitor.md (some minutes).
bench-monitor: $(VENV)/.installed
	$(BIN)/python bench/study_monitor.py --out docs/benchmarks-monitor.md

# The pictures of the README, from the same synthetic patients as the demonstration.
pictures: $(VENV)/.installed
	.ci/system-libraries $(BIN)/python
	$(BIN)/python docs/images/make_pictures.py
	$(BIN)/python HER2LowMRI/Testing/make_panel_pictures.py

lint: $(VENV)/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.installed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf demo build .pytest_cache .ruff_cache
