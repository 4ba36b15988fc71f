"""The script that counts idle time: a coffee break on the page is sent as idle, a quick answer has none."""

import re
from urllib.parse import parse_qs

import pytest

from accounts.roles import Role


@pytest.fixture
def page(site, browser):
    context = browser.new_context(locale="en")
    context.request.post(f"{site.url}/demo/sign-in/", form={"as": Role.SUPERVISOR})
    page = context.new_page()
    page.clock.install()
    page.goto(f"{site.url}/host/")
    day = re.search(r'href="([^"]*/day/)"', page.content())[1]
    page.goto(f"{site.url}/host/{day.removeprefix('/host/')}")
    yield page
    context.close()


def sent(page) -> dict[str, list[str]]:
    with page.expect_request(lambda request: request.method == "POST") as asked:
        page.locator("main form button").last.click()
    return parse_qs(asked.value.post_data)


def test_a_break_on_the_page_is_sent_as_idle_time(page):
    page.clock.fast_forward(300_000)
    fields = sent(page)
    assert len(fields["clock"]) == len(fields["idle"]) == 1
    assert 295 <= int(fields["idle"][0]) <= 330


def test_a_quick_answer_has_no_idle_time(page):
    page.clock.fast_forward(50_000)
    assert sent(page)["idle"] == ["0"]
