# `make demo` and `make test` each work as the first command on a fresh machine with Python 3.11+, make and git.

# The Python that .venv is made of; empty: the first that will do.
PYTHON ?=
# The tests that `make test` and `make quick` run; empty: all.
T ?=
BIN := .venv/bin
# What was compiled once is not compiled again, also where the environment keeps Python from writing bytecode.
export PYTHONDONTWRITEBYTECODE =

.DEFAULT_GOAL := help
.PHONY: help demo assets test quick lint format lock clean drills mutation benchmarks reference guides docs docs-pictures release

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "  make %-12s %s\n", $$1, $$2}'

demo: .venv/installed ## the whole line on invented cases, with a signing desk that really signs
	@./.setup/assets.sh optional
	@$(BIN)/avtaleflyt demo

assets: .venv/installed ## style sheets and script of the workplace, from the npm lock; pages are whole without them
	@./.setup/assets.sh

test: .venv/installed-dev ## every test, or a part: make test T=tests/review
	@$(BIN)/pytest -n 4 --dist loadfile --no-loadscope-reorder -q $(T)

quick: .venv/installed-dev ## the tests that need no browser, office or database server and take little time
	@$(BIN)/pytest -n 4 --dist loadfile --no-loadscope-reorder -q -m "not slow and not browser and not office and not database" $(T)

drills: .venv/installed-dev ## crash and fault drills that take longer than a test may
	@$(BIN)/python -m tests.drills.intake
	@$(BIN)/python -m tests.drills.documents
	@$(BIN)/python -m tests.drills.signing
	@$(BIN)/python -m tests.drills.mail
	@$(BIN)/python -m tests.drills.posten_client
	@$(BIN)/python -m tests.drills.signed_pdfs
	@$(BIN)/python -m tests.drills.templates
	@$(BIN)/python -m tests.drills.conformance
	@$(BIN)/python -m tests.drills.delivery
	@$(BIN)/python -m tests.drills.fiks_payloads

mutation: .venv/installed-dev ## change the code of statuses, signing and proof, and see that tests notice; takes hours
	@$(BIN)/python -m tests.drills.mutation

benchmarks: .venv/installed-dev ## every measurement, each against a peer; takes long
	@for name in intake documents validity signing archive deliveries reviews; do $(BIN)/python -m benchmarks.$$name || exit 1; done

lint: .venv/installed-dev ## formatting, lint, types and the rules of the house
	@$(BIN)/ruff format --check -q .
	@$(BIN)/ruff check -q .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

reference: .venv/installed-dev ## write docs/reference.md from the code
	@$(BIN)/python -m docs.generate_reference

guides: .venv/installed-dev ## write the pages of docs/guides that are made from the code
	@$(BIN)/python -m docs.generate_guides

docs: guides ## the documents as a site, in .cache/docs; a warning ends it
	@$(BIN)/python -m docs.prepare_site
	@$(BIN)/zensical build --strict --clean -f .mkdocs.yml

docs-pictures: .venv/installed-dev assets ## pictures of pages and commands for the guides, from a run; needs Chromium
	@$(BIN)/python -m docs.generate_pictures

release: .venv/installed-dev assets ## source archive, wheel, SBOM and checksums of what is committed, in dist/
	@$(BIN)/python -m deploy.make_release

format: .venv/installed-dev ## put the code into shape
	@$(BIN)/ruff format -q .
	@$(BIN)/ruff check -q --fix .

lock: ## compile the locked requirements anew (needs uv)
	@uv pip compile pyproject.toml --extra install --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-annotate --no-header -q -o requirements.txt
	@uv pip compile pyproject.toml --extra install --extra dev -c requirements.txt --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-annotate --no-header -q -o requirements-dev.txt

clean: ## remove the installation; what runs have written stays
	@rm -rf .venv .cache

.venv/bin/python:
	@./.setup/python.sh "$(PYTHON)"

.venv/installed: .venv/bin/python requirements.txt pyproject.toml .setup/system-packages.sh
	@./.setup/system-packages.sh
	@./.setup/requirements.sh requirements.txt
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.txt
	@./.setup/system-packages.sh tests
	@./.setup/requirements.sh requirements-dev.txt
	@touch $@
