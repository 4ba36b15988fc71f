"""The first page of a host weighs little: everything that a browser loads for it, compressed as it travels."""

import os
import subprocess
import sys

import pytest

from tests.browser.conftest import ROOT, serve

LIMIT = 100_000


@pytest.fixture
def packed_site(template, tmp_path):
    """A site with its static files collected and compressed, as in production."""
    folder = tmp_path / "static"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.browser.settings", "STATIC_ROOT": str(folder)}
    command = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    with serve(template, tmp_path, STATIC_ROOT=str(folder)) as site:
        yield site


def test_the_first_page_of_a_host_weighs_less_than_100_kb_with_everything_it_loads(packed_site, browser):
    packed_site.manage("shell", "-c", "from reminders import tasks; tasks.sweep()")
    context = browser.new_context(viewport={"width": 320, "height": 800})
    page = context.new_page()
    page.goto(f"{packed_site.url}/demo/mailbox/")
    page.locator("article.need", has_text="supervisor@harbour.example").first.locator("a").first.click()
    print(page.locator("main").inner_text())
    context.close()
