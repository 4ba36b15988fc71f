# make run and make test are all a newcomer needs; both prepare .venv themselves.
ENVIRONMENT = sh config/launch/environment.sh
PY = .venv/bin/python
LAUNCH = $(PY) -m config.launch

TEST = env DJANGO_SETTINGS_MODULE=config.settings.test $(LAUNCH) with-database $(PY) -m pytest -n auto

.PHONY: help run test whole check lint format manage bench lock texts lighthouse pictures

help:
	@echo "make run       start Passerelle on http://127.0.0.1:8000/ (PORT=8001 chooses another port)"
	@echo "make test      run the tests (ARGS=\"tests/core -k names\" chooses some)"
	@echo "make whole     run the tests that take long, which make test leaves out"
	@echo "make check     lint, types and what make test runs"
	@echo "make lint      lint and types only"
	@echo "make format    let ruff format the code"
	@echo "make manage    a command of manage.py, as in make manage ARGS=\"import_roster FILE\""
	@echo "make bench     measure pages, a replay of credit and a sweep for letters, on large worlds"
	@echo "make lighthouse  let Lighthouse judge the pages of hosts and students (needs Node and Chromium)"
	@echo "make pictures  draw the main screens into build/pictures (needs Chromium)"
	@echo "make texts     collect the texts for the translations (needs gettext)"
	@echo "make lock      write the two lock files again from pyproject.toml"

run:
	@$(ENVIRONMENT) run && exec $(LAUNCH) run

test:
	@$(ENVIRONMENT) dev && exec $(TEST) -m "not whole" $(ARGS)

whole:
	@$(ENVIRONMENT) dev && exec $(TEST) --maxschedchunk=1 -m whole $(ARGS)

check: lint test

lint:
	@$(ENVIRONMENT) dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy .
	$(PY) -m djlint --lint --quiet templates

format:
	@$(ENVIRONMENT) dev
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

manage:
	@$(ENVIRONMENT) run && exec $(LAUNCH) manage $(ARGS)

bench:
	@$(ENVIRONMENT) dev
	@$(LAUNCH) with-database sh -c '$(PY) manage.py migrate --no-input --verbosity 0 && exec $(PY) manage.py bench $(ARGS)'

lighthouse:
	@command -v npx > /dev/null || { echo "Lighthouse needs Node (18.16 or newer) with npx; nothing else here does."; exit 1; }
	@$(ENVIRONMENT) dev
	@$(PY) -m tests.browser.lighthouse

pictures:
	@$(ENVIRONMENT) dev
	@$(PY) -m tests.browser.pictures $(ARGS)

lock:
	uv pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-header --no-emit-index-url pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.12 --generate-hashes --no-header --no-emit-index-url -c requirements.lock pyproject.toml --group dev -o requirements-dev.lock

texts:
	@$(ENVIRONMENT) dev
	$(PY) manage.py makemessages -l fr -l ar --no-location --no-obsolete --no-wrap --ignore var --ignore build --ignore tests --verbosity 0
