# What a person types. Everything is installed into .venv and var/; nothing else is touched, except that `make test`
# asks apt for Chromium when it may. A second run does only what has changed since.

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --no-input
EGIDE := $(VENV)/bin/egide
LOCK := $(VENV)/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-header --no-annotate --quiet pyproject.toml requirements/build.in
APT := $(if $(filter 0,$(shell id -u)),,sudo -n )env DEBIAN_FRONTEND=noninteractive apt-get

.DEFAULT_GOAL := help
.PHONY: help install install-dev chromium run test walk room desk bench load faults crash outbox soak lock shots clean

help: ## this list
	@printf 'Égide. Needs Python 3.11 to 3.14 and nothing else.\n\n'
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

install: $(VENV)/.installed ## everything that is needed to run, into .venv

run: install ## the whole platform with demo data, in this terminal; Ctrl-C stops it
	@$(EGIDE) up

test: install-dev chromium ## lint, types, import contracts and all tests
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/lint-imports --no-cache
	$(PY) -m tools.run_tests --types

walk: install-dev chromium ## every address with every method as every role, in one's own case, another's and a barred one, and axe on every form; half an hour
	WALK=all $(PY) -m tools.run_tests --dist loadgroup tests/web/permissions/test_walk.py tests/web/test_accessibility.py

room: install-dev ## ten thousand stories of the operators' room: no SOS is ever left alone
	ROOM_EXAMPLES=10000 $(PY) -m pytest -q tests/core/workflow/test_room.py

desk: install-dev chromium ## every key of every procedure by keyboard, at two consoles in two languages
	DESK=1 $(PY) -m pytest -q -s tests/web/console/test_procedures.py

bench: install-dev ## how fast, on this machine; writes bench/results/
	$(PY) bench/run.py

load: install-dev ## fifty countries report and 200 keys are pressed at once: is an SOS on the screen in two seconds?
	$(PY) bench/load.py

crash: install-dev ## kill each process at each of its commits between a press and the police: no SOS is left, nothing goes out twice
	$(PY) -m faults.crash

outbox: install-dev ## the police's server is down ten minutes, refuses, hangs, is well again (14 minutes)
	$(PY) -m faults.far_side

faults: install-dev ## as root: break disks, links, clocks and processes, and see what was kept (make faults FAULTS="power_cut clocks")
	$(PY) -m faults.run $(FAULTS)

soak: install-dev ## faults by chance for an hour, or so long as told (make soak MINUTES=480 SEED=1)
	$(PY) -m faults.run --soak $(or $(MINUTES),60) $(if $(SEED),--seed $(SEED))

shots: install-dev chromium ## screenshots of every page, into docs/
	$(PY) tools/shots.py

lock: install-dev ## write requirements/*.lock from pyproject.toml (make lock UPGRADE=--upgrade: newest versions)
	$(LOCK) $(UPGRADE) --output-file requirements/run.lock
	$(LOCK) $(UPGRADE) --constraint requirements/run.lock --extra dev --output-file requirements/dev.lock

clean: ## remove .venv and all caches; var/ with its data stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build src/*.egg-info
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

install-dev: $(VENV)/.installed-dev

$(PY):
	@python=; for p in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	  if "$$p" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null; then \
	    python=$$p; break; fi; done; \
	if [ -z "$$python" ]; then \
	  echo "Égide needs Python 3.11 to 3.14, and none is here. Install one (Debian: apt-get install python3 python3-venv)," \
	    "or say where it is: make PYTHON=/path/to/python3" >&2; exit 1; fi; \
	if ! "$$python" -c 'import ensurepip, venv' 2>/dev/null; then \
	  echo "$$python cannot make virtual environments. Install what it lacks (Debian: apt-get install python3-venv)" \
	    "and run make again." >&2; exit 1; fi; \
	echo "Making $(VENV) with $$($$python --version) …"; "$$python" -m venv --clear $(VENV)

# Egide itself, in place, once everything it needs is there.
define ITSELF
	$(PIP) install --no-deps --no-build-isolation --quiet -e .
	$(EGIDE) compile
endef

$(VENV)/.installed: requirements/run.lock pyproject.toml | $(PY)
	$(PIP) install --require-hashes -r requirements/run.lock
	$(ITSELF)
	@touch $@

# Holds what is in run.lock too: whoever tests installs once.
$(VENV)/.installed-dev: requirements/dev.lock requirements/run.lock pyproject.toml | $(PY)
	$(PIP) install --require-hashes -r requirements/dev.lock
	$(ITSELF)
	@touch $(VENV)/.installed $@

# Debian's own Chromium, its shell without a window first: the browser tests use no other. Without it they are skipped,
# except in CI.
HERE := command -v chromium-headless-shell >/dev/null || command -v chromium >/dev/null
GET := $(APT) install -y -qq --no-install-recommends
chromium:
	@if ! { $(HERE); } && command -v apt-get >/dev/null && $(APT) --version >/dev/null 2>&1; then \
	  echo "Installing Debian's Chromium for the browser tests …"; \
	  $(APT) update -qq && { $(GET) chromium-headless-shell >/dev/null || $(GET) chromium >/dev/null; }; fi; \
	if $(HERE); then :; \
	elif [ "$$CI" = true ]; then \
	  echo "No Chromium here, and none could be installed: the browser tests cannot run." >&2; exit 1; \
	else \
	  echo "No Chromium here: the browser tests will be skipped. Install it to run them (Debian: chromium)." >&2; fi
