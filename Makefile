# make serve, make test; for developers make lint, make format, make lock, make audit, make benchmark

PYTHON ?= python3
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: serve test test-faults lint format lock audit benchmark

serve: .venv/installed
	@.venv/bin/python manage.py prepare --port-must-be-free
	@exec .venv/bin/gunicorn --config python:summitkb.gunicorn

test: .venv/installed-dev
	.venv/bin/python -m pytest -n auto --dist loadfile --no-loadscope-reorder --ignore tests/faults

# Servers are stopped, killed and starved, in minutes. What needs faketime, nginx, caddy or root is left out without.
test-faults: .venv/installed-dev
	.venv/bin/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder tests/faults

# Hours at all sizes, and some ten gigabytes; `make benchmark WITH="--statements 10000 --quick"` for minutes.
benchmark: .venv/installed-dev
	.venv/bin/python -m tests.benchmarks $(WITH)

# The checks of a deployment ask for one: HTTPS, and a secret key from outside.
lint: .venv/installed-dev
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	DJANGO_SETTINGS_MODULE=tests.settings .venv/bin/python manage.py makemigrations --check --dry-run
	SECRET_KEY=$$(.venv/bin/python -c 'import secrets; print(secrets.token_hex(32))') \
	ALLOWED_HOSTS=localhost HTTPS=true TRUSTED_PROXY=true \
	.venv/bin/python manage.py check --deploy --fail-level WARNING

format: .venv/installed-dev
	.venv/bin/ruff check --fix
	.venv/bin/ruff format

# Pins every dependency with hashes, for every platform; `make lock UPGRADE=--upgrade` moves to newer versions.
LOCK = .venv/lock/bin/uv pip compile pyproject.toml --quiet --no-config --universal --python-version 3.11 \
	--generate-hashes --custom-compile-command 'make lock' $(UPGRADE)
lock:
	$(PYTHON) -m venv .venv/lock
	.venv/lock/bin/pip install --quiet uv
	$(LOCK) --output-file requirements.txt
	$(LOCK) --group dev --constraint requirements.txt --output-file requirements-dev.txt

# Asks whether something is known against what is pinned, and fails too where that cannot be asked.
AUDIT = .venv/audit/bin/pip-audit --strict --require-hashes --disable-pip --progress-spinner off
audit:
	$(PYTHON) -m venv .venv/audit
	.venv/audit/bin/pip install --quiet pip-audit
	$(AUDIT) -r requirements.txt
	$(AUDIT) -r requirements-dev.txt

# For root the database runs as an account of its own, which must be able to read what is installed: hence the umask.
.venv/installed: requirements.txt
	@echo 'Installing what SummitKB needs into .venv.'
	@umask 022 && $(PYTHON) -m venv .venv && .venv/bin/pip install --quiet --require-hashes -r $<
	@touch $@

.venv/installed-dev: requirements-dev.txt
	@echo 'Installing what SummitKB and its tests need into .venv.'
	@umask 022 && $(PYTHON) -m venv .venv && .venv/bin/pip install --quiet --require-hashes -r $<
	@touch $@
