# `make` lists what there is. Every target sets the environment up first, once, so each works on a fresh clone.

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
READY := $(VENV)/.ready

SUBMISSIONS ?=
ASSIGNMENT ?=
OUT ?=
JOBS ?=
SEED ?=
DEMO := build/demo
TORCH := build/torch

.DEFAULT_GOAL := help
.PHONY: help setup template release preview similarity gradescope nbgrader otter demo grade check-kit test correct mutants marking-bench diagnosis routes test-routes chromium test-pages docs test-docs test-cluster cluster-bench attacks crash fuzz bench bench-long layers-bench lint clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY)  ## make .venv with everything in it, once

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "$(PYTHON) is not Python 3.11 or newer: name one with make PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "setup: making $(VENV)"
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)
	@echo "setup: installing the pinned packages (a few minutes the first time)"
	@$(PY) -m pip install -qq --disable-pip-version-check -c constraints.txt setuptools
	@$(PY) -m pip install -qq --disable-pip-version-check --no-build-isolation -c constraints.txt \
		-e ".[dev,nbgrader,otter,gradebook,postgresql,collect,preview,similarity,student,docs,cluster]"
	@touch $@
	@echo "setup: done"

template: $(READY)  ## make student_template/ from solutions/
	@$(PY) -m autograder template

release: $(READY)  ## make build/release: every form for students and staff, with checksums [SEED=n]
	@$(PY) -m autograder release build/release $(if $(SEED),--seed "$(SEED)")

preview: $(READY)  ## show handouts and sample feedback of ASSIGNMENT=name, or of all, on this machine
	@$(PY) -m autograder preview $(ASSIGNMENT)

similarity: $(READY)  ## compare SUBMISSIONS=dir of ASSIGNMENT=name into OUT=dir: evidence, not proof
	@$(PY) -m autograder similarity "$(SUBMISSIONS)" --assignment "$(ASSIGNMENT)" --out "$(OUT)"

gradescope: $(READY)  ## make Gradescope's zip of ASSIGNMENT=name, or of each, in build/gradescope or OUT=file [SEED=n]
	@for name in $(or $(ASSIGNMENT),$(notdir $(patsubst %/assignment.toml,%,$(wildcard assignments/*/assignment.toml)))); do \
		$(PY) -m autograder gradescope "$$name" "$(if $(ASSIGNMENT),$(or $(OUT),build/gradescope/$(ASSIGNMENT).zip),build/gradescope/$$name.zip)" \
			$(if $(SEED),--seed "$(SEED)") || exit; \
	done

otter: $(READY)  ## make otter-grader's notebooks and zips of ASSIGNMENT=name, or of each, in build/otter or OUT=dir [CONFINED=1] [SEED=n]
	@$(PY) -m autograder otter build "$(or $(OUT),build/otter)" $(if $(ASSIGNMENT),--assignment "$(ASSIGNMENT)") \
		$(if $(CONFINED),--confined) $(if $(SEED),--seed "$(SEED)")

nbgrader: $(READY)  ## make an nbgrader course of all notebooks in build/nbgrader or OUT=dir [ASSIGNMENT=name]
	@$(PY) -m autograder nbgrader build "$(or $(OUT),build/nbgrader)" $(if $(ASSIGNMENT),--assignment "$(ASSIGNMENT)")

demo: $(READY)  ## build a class of made-up students, grade it, show the result
	@echo "demo: building a class in $(DEMO)/submissions"
	@$(PY) -m tests.classroom.build $(DEMO)/submissions --assignment max_pooling
	@echo "demo: grading it into $(DEMO)/results"
	@$(PY) -m autograder grade $(DEMO)/submissions --assignment max_pooling --out $(DEMO)/results
	@$(PY) -m autograder report $(DEMO)/results
	@echo "demo: open $(DEMO)/results/report.html in a browser"

grade: $(READY)  ## grade SUBMISSIONS=dir ASSIGNMENT=name OUT=dir [JOBS=n] [SEED=n]
	@for name in SUBMISSIONS ASSIGNMENT OUT; do \
		[ -n "$$(printenv "NEEDED_$$name")" ] || { \
			echo "$$name is missing: make grade SUBMISSIONS=dir ASSIGNMENT=name OUT=dir [JOBS=n] [SEED=n]" >&2; exit 2; }; \
	done
	@$(PY) -m autograder grade "$$NEEDED_SUBMISSIONS" --assignment "$$NEEDED_ASSIGNMENT" --out "$$NEEDED_OUT" \
		$(if $(JOBS),--jobs "$(JOBS)") $(if $(SEED),--seed "$(SEED)")

grade: export NEEDED_SUBMISSIONS = $(SUBMISSIONS)
grade: export NEEDED_ASSIGNMENT = $(ASSIGNMENT)
grade: export NEEDED_OUT = $(OUT)

check-kit: $(READY)  ## prove the kit consistent: references earn 100, stubs 0, nothing missing or stray
	@$(PY) -m autograder selfcheck

test: $(READY)  ## run the tests
	@$(PY) -m pytest -n 2 -q

correct: $(READY)  ## mark every correct variant with 200 seeds, with 6 where a check is costly: each must earn 100 with each
	@OPENBLAS_NUM_THREADS=1 $(PY) -m tests.correct

mutants: $(READY)  ## every mutant of a reference that computes something else loses points, and every check stands for a reason
	@OPENBLAS_NUM_THREADS=1 $(PY) -m tests.mutants
	@OPENBLAS_NUM_THREADS=1 $(PY) -m tests.mutants --matrix

marking-bench: $(READY)  ## what the checks of other courses let pass that ours catch; the table in docs/marking.md
	@OPENBLAS_NUM_THREADS=1 $(PY) -m tests.other_courses --write

diagnosis: $(READY)  ## how often what went wrong is named rightly; the table in docs/marking.md
	@OPENBLAS_NUM_THREADS=1 $(PY) -m tests.diagnosis --write

routes: $(READY)  ## mark the same submissions of every assignment, or of ASSIGNMENT, by every route; any difference fails
	@OPENBLAS_NUM_THREADS=1 $(PY) -m tests.routes $(ASSIGNMENT)

test-routes: $(READY)  ## run the tests of nbgrader, otter-grader and Gradescope, which take minutes
	@$(PY) -m pytest -n 2 -q -m routes

chromium:  ## install Debian's Chromium, and letters for its pages, if they are missing
	@{ command -v chromium && fc-list :lang=zh family | grep -q .; } >/dev/null 2>&1 \
		|| { [ "$$(id -u)" = 0 ] && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y \
			chromium fontconfig fonts-dejavu-core fonts-liberation fonts-noto-cjk >/dev/null; } \
		|| { echo "no Chromium: apt-get install chromium fonts-dejavu-core fonts-liberation fonts-noto-cjk" >&2; exit 1; }

test-pages: $(READY) chromium  ## the pages in Debian's Chromium
	@$(PY) -m pytest -q -p no:xdist -m pages tests/pages

docs: $(READY)  ## make the documentation's site in build/docs
	@$(PY) -m sphinx --fail-on-warning --nitpicky --keep-going --quiet -E -d build/.doctrees docs build/docs

test-docs: $(READY)  ## build the site, and execute every command of README and docs, in minutes
	@$(PY) -m pytest -n 2 -q -m docs tests/docs

test-cluster: $(READY)  ## run the tests with a real scheduler and workers
	@$(PY) -m pytest -q -m cluster -p no:xdist tests/cluster

cluster-bench: $(READY)  ## what a cluster costs; the tables in docs/scale.md
	@OPENBLAS_NUM_THREADS=1 $(PY) -m tests.cluster.bench --write

attacks: $(READY)  ## let the attack corpus loose on the grader, in every mode this host can run
	@$(PY) -m pytest -m attacks -q -p no:xdist tests/test_attacks.py

crash: $(READY)  ## kill graders, warm parents and workers at 200 random moments of runs over 300 submissions: marks stay the same
	@OPENBLAS_NUM_THREADS=1 $(PY) -m tests.crash

fuzz: $(READY)  ## feed the trusted side 100,000 damaged frames
	@$(PY) -m tests.fuzz --frames 100000

bench: $(READY) $(TORCH)/.ready  ## what grading costs, against nbgrader, otter and the floor; fair marks for speed; layers-bench
	@missed=0; \
	$(PY) -m tests.bench || missed=1; \
	OPENBLAS_NUM_THREADS=1 $(PY) -m tests.speed_under_load || missed=1; \
	$(TORCH)/bin/python -m tests.layers || missed=1; \
	exit $$missed

bench-long: $(READY)  ## a class of 10,000, and a hundred endless loops among a thousand honest submissions
	@$(PY) -m tests.bench --skip-speed --ten-thousand --endless

layers-bench: $(TORCH)/.ready  ## the reference layers beside torch's kernels and beside plain loops
	@$(TORCH)/bin/python -m tests.layers

$(TORCH)/.ready: pyproject.toml constraints.txt
	@echo "layers-bench: making $(TORCH), with torch (192 MB where pip finds a CPU build of it, else several GB)"
	@rm -rf $(TORCH)
	@$(PYTHON) -m venv $(TORCH)
	@$(TORCH)/bin/python -m pip install -qq --disable-pip-version-check -c constraints.txt setuptools
	@$(TORCH)/bin/python -m pip install -qq --disable-pip-version-check --no-build-isolation -c constraints.txt -e ".[bench]"
	@touch $@

lint: $(READY)  ## ruff and mypy
	@$(PY) -m ruff check .
	@$(PY) -m mypy

clean:  ## remove what the other targets made
	@rm -rf $(VENV) build dist *.egg-info .pytest_cache .ruff_cache .mypy_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
