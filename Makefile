# Everything a person does with the studio. Only Python 3.11 to 3.13 and make are needed.
PYTHON ?= python3
PY := .venv/bin/python
export STORY TOPIC DIRECTION
# Prefect asks its server before it tells anything to anybody, and ours says no; this says it to any other server.
export DO_NOT_TRACK = 1
export PREFECT_SERVER_LOGGING_LEVEL ?= CRITICAL

PORT ?= 4200
HOST ?= 127.0.0.1

.PHONY: demo film studio setup doctor vendors test check lint bench acceptance browser deaths kills sprint desk-day upload sdks lock

demo: .venv/ready          ## make the short sample film, or yours: STORY=path.yaml, or TOPIC="..." DIRECTION="..."
	@$(PY) -m deployments demo --story="$$STORY" --topic="$$TOPIC" --direction="$$DIRECTION"

film: .venv/ready          ## make the full sample film
	@$(PY) -m deployments demo --story=docs/samples/documentary.yaml

studio: .venv/ready        ## run it on this machine: Prefect with its UI, the database, a worker; PORT=4300 for another port
	@exec $(PY) -m deployments studio --host="$(HOST)" --port="$(PORT)"

doctor: .venv/ready        ## say what is missing or broken, and the command that mends it
	@$(PY) -m deployments doctor

setup: .venv/ready         ## prepare the studio and say what was changed
	@$(PY) -m deployments setup

vendors: .venv/ready-dev   ## serve all vendors as emulators on this machine, to try everything with pretended money
	@$(PY) -m tests.emulators

test: .venv/ready-dev      ## run the tests
	$(PY) -m pytest --ignore=tests/browser -m "not acceptance" --numprocesses=2 --dist=loadfile

check: lint test           ## format, lint, types, import floors, tests

lint: .venv/ready-dev
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(PY) -c "from importlinter.cli import lint_imports_command; lint_imports_command()"

bench: .venv/ready-dev     ## measure, as ratios in one run
	$(PY) -m tests.benchmarks

acceptance: .venv/ready-dev ## whole journeys: gates, quota Fridays, a Monday sprint from pages, ten films at once, kills, the doctor (half an hour)
	$(PY) -m pytest --ignore=tests/browser -m acceptance --numprocesses=2 --dist=loadfile

browser: .venv/ready-dev   ## make a film in the UI with Debian's Chromium (apt-get install chromium)
	$(PY) -m pytest tests/browser

deaths: .venv/ready-dev    ## kill the process that makes a paid film a hundred times, and check the books (half an hour)
	$(PY) -m tests.campaigns.deaths

kills: .venv/ready-dev     ## kill every part of a studio in every stage of a film, and see it go on by itself (most of an hour)
	$(PY) -m tests.campaigns.kills

sprint: .venv/ready-dev    ## play the Monday sprint, ten films carried through a studio by an owner who only edits pages (half an hour)
	$(PY) -m tests.campaigns.sprint --films 10

desk-day: .venv/ready-dev  ## edit 500 pages at random for a simulated day, and compare them with the truth
	$(PY) -m tests.campaigns.desk_day

upload: .venv/ready-dev    ## send a film of 100 MB to an emulated YouTube through forty breaks and ten deaths of the process
	$(PY) -m tests.campaigns.broken_upload

sdks: .venv/ready-dev      ## run the vendors' JavaScript SDKs against the emulators (needs node and the npm registry)
	$(PY) -m tests.campaigns.vendors_js

lock: .venv/ready          ## resolve the dependencies anew
	$(PY) -m pip install --quiet uv
	$(PY) -m uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --no-annotate --quiet -o requirements.lock
	$(PY) -m uv pip compile pyproject.toml --group dev -c requirements.lock --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --no-annotate --quiet -o requirements-dev.lock

.venv/ready: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] <= (3, 13) else "Python 3.11, 3.12 or 3.13 is needed, this is %d.%d: name one with make PYTHON=python3.12" % sys.version_info[:2])'
	@echo "installing into .venv, once; this takes a few minutes"
	@$(PYTHON) -m venv .venv
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	@touch $@

.venv/ready-dev: .venv/ready requirements-dev.lock
	@$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	@touch $@
