"""How often a thumb must press, and how much must be answered: counted on the page, with JavaScript and without."""

import pytest
from playwright.sync_api import Locator, Page

from accounts.roles import Role
from tests.browser.addresses import addresses_of

CONFIRM_TAPS, CLOSING_TAPS, DAY_TAPS, TALK_TAPS = 2, 8, 5, 2
CLOSING_ANSWERS = ["tasks", "independence", "phrase", "host_again", "remark"]
# What stands open on the page to be answered, once for each question: not what is folded, hidden or of one task.
ASKED = """
(form) => [...new Set([...form.elements]
  .filter((one) => one.name && one.type !== "hidden")
  .filter((one) => !one.closest("details:not([open])") && !one.matches(".done-task select"))
  .map((one) => one.name))]
"""


class Thumb:
    """Presses, and counts."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps = page, 0

    def open(self, url: str) -> None:
        """The link in the letter is the first tap."""
        self.page.goto(url)
        self.taps += 1

    def tap(self, place: Locator | str) -> None:
        place = self.page.locator(place).first if isinstance(place, str) else place
        place.click()
        self.taps += 1

    def choose(self, name: str, number: int = 0) -> None:
        """What a thumb meets of an answer is its label."""
        answer = self.page.locator(f"[name={name}]").nth(number).get_attribute("id")
        self.tap(f"label[for='{answer}']")

    def send(self, place: str) -> None:
        with self.page.expect_navigation():
            self.tap(place)


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def thumb(browser, request):
    context = browser.new_context(viewport={"width": 320, "height": 640}, java_script_enabled=request.param)
    yield Thumb(context.new_page())
    context.close()


@pytest.fixture
def addresses(site) -> dict[str, str]:
    return addresses_of(site)


def test_a_week_that_was_right_takes_two_taps(addresses, thumb):
    thumb.open(addresses["weeks"])
    waiting = thumb.page.locator("article button[formaction*='confirm/']").count()
    thumb.send("article button[formaction*='confirm/']")
    assert thumb.page.locator("article button[formaction*='confirm/']").count() == waiting - 1
    assert thumb.taps == CONFIRM_TAPS


def test_closing_feedback_asks_five_things_and_takes_eight_taps_at_most(addresses, thumb):
    thumb.open(addresses["closing"])
    form = thumb.page.locator("form:has([name=independence])")
    assert form.evaluate(ASKED) == CLOSING_ANSWERS
    # The tasks are ticked from the student's log, and "nothing" is an answer to the last question.
    assert form.locator("[name=tasks]:checked").count() > 0
    for name in ("independence", "phrase", "host_again"):
        thumb.choose(name)
    thumb.send("form:has([name=independence]) button:not([type=button])")
    assert thumb.page.locator("form [name=independence]").count() == 0
    assert thumb.taps <= CLOSING_TAPS


def test_a_usual_day_takes_a_student_four_taps_and_one_to_save(site, addresses, thumb):
    thumb.page.context.request.post(f"{site.url}/demo/sign-in/", form={"as": Role.STUDENT})
    thumb.page.goto(site.url)
    for number in (0, 1, 2):
        thumb.choose("tasks", number)
    thumb.choose("alone", 2)
    thumb.send("form:has([name=alone]) button:not([type=button])")
    assert thumb.page.locator(".note.good").count() > 0
    assert thumb.taps <= DAY_TAPS


def test_a_student_who_needs_to_talk_says_so_with_two_taps(site, addresses, thumb):
    thumb.page.context.request.post(f"{site.url}/demo/sign-in/", form={"as": Role.STUDENT})
    thumb.page.goto(site.url)
    thumb.send("a[href='/talk/']")
    asked = thumb.page.locator("#asked ~ div li").count()
    thumb.send("main form button")
    assert thumb.page.locator("#asked ~ div li").count() == asked + 1
    assert thumb.taps == TALK_TAPS
