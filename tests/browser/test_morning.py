"""The coordinator's morning in the browser: six exceptions, each worked off by its next step on its own page."""

import re
from datetime import UTC, datetime

import pytest

from accounts.roles import Role
from tests.browser.conftest import Site
from tests.browser.people import Visitor, words

TEN_TO_EIGHT = datetime(2026, 11, 24, 7, 50, tzinfo=UTC)
STEPS = ["Read and call", "Choose a supervisor", "Call the student", "Call the host", "Read and sign", "Compare"]

pytestmark = pytest.mark.whole


@pytest.fixture
def width():
    return 1280


@pytest.fixture
def amina(width: int, own_site: Site, browser):
    own_site.at(TEN_TO_EIGHT)
    visitor = Visitor(browser, own_site.url, language="en", width=width, script=True, seen=set(), found=[])
    visitor.sign_in_on_demo(Role.COORDINATOR)
    visitor.go("/")
    yield visitor
    visitor.context.close()
    assert visitor.found == []


def steps(visitor: Visitor):
    """The first link of each item that needs somebody now."""
    return visitor.page.locator("main section[aria-label] .need .actions > a:first-child")


def names(visitor: Visitor) -> list[str]:
    return [words(link).split(":")[0].strip() for link in steps(visitor).all()]


def press(visitor: Visitor, name: str) -> None:
    visitor.click(visitor.main.get_by_role("button", name=name, exact=True))


def follow(visitor: Visitor, name: str) -> None:
    visitor.click(visitor.main.get_by_role("link", name=re.compile(f"^{name}")).first)


@pytest.mark.parametrize("width", [1280, 320])
def test_each_exception_is_worked_off_by_its_own_step_until_nothing_is_left(amina: Visitor):
    assert amina.title == "6 things need you"
    assert names(amina) == STEPS
    for done, work_off in enumerate(WORK_OFF.values(), 1):
        name = STEPS[done - 1]
        assert name in WORK_OFF
        follow(amina, name)
        work_off(amina)
        amina.go("/")
        assert names(amina) == STEPS[done:]
    assert amina.title == "Nothing needs you"
    assert words(amina.main.locator("section[aria-label]").first).startswith("All is in order")
    assert words(amina.main.locator("summary").first) == "2 things have waited for a while"


def answer_the_host(amina: Visitor) -> None:
    """Who wants to move the start is called, and what came of it is written down."""
    assert "Can we move the start to 04.12.?" in words(amina.main)
    amina.main.locator("[name=reason]").fill("Starts a week later.")
    press(amina, "We have talked")
    press(amina, "Close")


def choose_a_supervisor(amina: Visitor) -> None:
    follow(amina, "Change")
    amina.main.locator("[name=guide]").select_option(index=1)
    press(amina, "Save")


def talk_to(amina: Visitor, side: str, said: str) -> None:
    follow(amina, "Write down a talk")
    amina.submit("method", method="phone", people=side, seen=said)


def call_the_student(amina: Visitor) -> None:
    talk_to(amina, "student", "Has a fever, is back on Thursday.")


def call_the_host(amina: Visitor) -> None:
    talk_to(amina, "host", "Signs tonight.")


def sign(amina: Visitor) -> None:
    amina.main.locator("[name=name_typed]").fill("Amina Haddad")
    press(amina, "I agree and sign")


def settle_the_hours(amina: Visitor) -> None:
    """Each day on which the sides differ."""
    for _day in range(2):
        follow(amina, "Settle")
        amina.submit("which", which="host", reason="The door was locked at 14:00.")


WORK_OFF = {
    "Read and call": answer_the_host,
    "Choose a supervisor": choose_a_supervisor,
    "Call the student": call_the_student,
    "Call the host": call_the_host,
    "Read and sign": sign,
    "Compare": settle_the_hours,
}


def test_what_is_handled_leaves_the_day_and_says_until_when(amina: Visitor):
    item = amina.page.locator(".need", has_text="Hours differ").first
    amina.click(item.get_by_role("link", name="Handle"))
    amina.submit("rests_until", rests_until="2026-11-26", note="Dora's colleague calls on Thursday")
    assert amina.title == "5 things need you"
    assert words(amina.main.locator("summary").last) == "1 thing rests"
