"""The coordinator's morning in the browser: six exceptions, each step one click away; what is handled is gone."""

from datetime import UTC, datetime

import pytest

from accounts.roles import Role
from tests.browser.conftest import Site
from tests.browser.people import words

TEN_TO_EIGHT = datetime(2026, 11, 24, 7, 50, tzinfo=UTC)
STEPS = ["Read and call", "Choose a supervisor", "Call the student", "Call the host", "Read and sign", "Compare"]

pytestmark = pytest.mark.whole


@pytest.fixture(params=[1280, 320])
def page(request, own_site: Site, browser):
    own_site.at(TEN_TO_EIGHT)
    context = browser.new_context(locale="en", viewport={"width": request.param, "height": 800})
    context.request.post(f"{own_site.url}/demo/sign-in/", form={"as": Role.COORDINATOR})
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.goto(f"{own_site.url}/")
    yield page
    context.close()


def steps(page):
    """The first link of each item that needs somebody now."""
    return page.locator("main > section .need, main section.sheet[aria-label] .need").locator(
        ".actions > a:first-child"
    )


def home(page):
    page.goto("/".join(page.url.split("/")[:3]) + "/")


def handle(page, name, **values):
    page.locator(".need", has_text=name).first.get_by_role("link", name="Handle").click()
    for field, value in values.items():
        page.locator(f"[name={field}]").fill(value)
    page.get_by_role("button", name="Save").click()


def test_six_things_stand_on_the_day_and_what_is_handled_leaves_it(page):
    assert words(page.locator("h1")) == "6 things need you"
    links = steps(page)
    assert [words(link).split(":")[0].strip() for link in links.all()] == STEPS
    addresses = [link.get_attribute("href") for link in links.all()]
    for address in addresses:
        assert page.goto("/".join(page.url.split("/")[:3]) + address).status == 200
    home(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="Read and call").click()
    page.locator("[name=reason]").fill("Starts a week later.")
    page.locator("button[value=talk]").click()
    page.locator("button[value=close]").click()
    home(page)
    assert words(page.locator("h1")) == "5 things need you"
    handle(page, "Hours differ", rests_until="2026-11-26", note="Dora's colleague calls on Thursday")
    assert words(page.locator("h1")) == "4 things need you"
    assert "1 thing rests" in words(page.locator("summary"))
