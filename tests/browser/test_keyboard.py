"""Each flow of a host and a student with the keyboard alone: the focus is seen, in reading order, never trapped."""

import pytest

from accounts.roles import Role
from tests.browser.addresses import addresses_of
from tests.browser.keyboard import Keyboard


@pytest.fixture(scope="module")
def addresses(site) -> dict[str, str]:
    return addresses_of(site)


@pytest.fixture
def found():
    """What was not right at a stop."""
    found: list[str] = []
    yield found
    assert found == [], "\n".join(found)


@pytest.fixture
def host(browser, found):
    """Somebody with a link in a letter, on a phone with a keyboard."""
    context = browser.new_context(viewport={"width": 320, "height": 640}, reduced_motion="reduce")
    yield Keyboard(context.new_page(), found)
    context.close()


@pytest.fixture
def student(site, browser, found):
    context = browser.new_context(viewport={"width": 320, "height": 640}, reduced_motion="reduce")
    context.request.post(f"{site.url}/demo/sign-in/", form={"as": Role.STUDENT})
    yield Keyboard(context.new_page(), found)
    context.close()


def test_a_host_confirms_a_week(addresses, host):
    host.go(addresses["weeks"])
    waiting = host.page.locator("button[formaction*='confirm/']").count()
    host.send("article button[formaction*='confirm/']")
    assert host.page.locator("button[formaction*='confirm/']").count() == waiting - 1


@pytest.mark.whole
def test_a_host_changes_a_day_and_the_student_answers(site, addresses, host, student):
    host.go(addresses["weeks"])
    host.send("article a[href*='week/']")
    host.walk()
    host.type("input[name^=hours_]", "5")
    host.type("input[name^=reason_]", "Left earlier")
    host.send("main form button")
    assert host.page.get_by_text("what you changed, and why").count() == 1
    student.go(f"{site.url}/my/hours/")
    student.send("main a[href$='/hours/']")
    student.walk()
    student.send("main a[href$='/reply/']")
    student.walk()
    student.choose("which")
    student.type("[name=reason]", "I looked at the clock.")
    student.send("main form button")
    assert student.page.locator("[name=reason]").count() == 0


@pytest.mark.whole
def test_a_host_gives_closing_feedback(addresses, host):
    host.go(addresses["closing"])
    for name in ("independence", "phrase", "host_again"):
        host.choose(name)
    host.type("[name=remark]", "Nothing")
    host.send("main form button:not([type=button])")
    assert host.page.locator("form [name=independence]").count() == 0


@pytest.mark.whole
def test_a_host_signs(addresses, host):
    host.go(addresses["sign"])
    host.type("[name=name_typed]", "Sofia Conti")
    host.send("form.short button")
    assert host.page.locator("form.short").count() == 0


@pytest.mark.whole
def test_a_host_adds_a_day(addresses, host):
    host.go(addresses["day"])
    host.send("main form button")
    assert host.page.locator("form [name=starts_at]").count() == 0


@pytest.mark.whole
def test_a_host_answers_a_request(addresses, host):
    host.go(addresses["request"])
    host.send("main form button")
    assert host.page.locator("main a[href*=decline]").count() == 0


def test_a_student_logs_a_day_and_changes_it(site, student):
    student.go(site.url)
    student.tick("[name=tasks]")
    student.choose("alone", 1)
    student.send("form:has([name=alone]) button:not([type=button])")
    student.go(f"{site.url}/my/hours/")
    student.send("main a[href$='/hours/']")
    student.send("main a[href$='/change/']")
    student.walk()
    student.choose("alone", 2)
    student.send("form:has([name=alone]) button:not([type=button])")
    assert student.page.locator("form [name=alone]").count() == 0


@pytest.mark.whole
def test_a_student_asks_to_talk(site, student):
    student.go(site.url)
    student.send("a[href='/talk/']")
    student.walk()
    student.unfold("main form summary")
    student.type("[name=text]", "I would like to talk.")
    student.send("main form details button")
    assert student.page.locator("#asked").count() == 1
