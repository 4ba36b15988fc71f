"""One day a week, and a placement that breaks and goes on elsewhere, from the plan to the credit in a browser.

The block is walked in test_main_job.py.
"""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser

from accounts.roles import Role
from tests.browser import scenes
from tests.browser.conftest import Site
from tests.browser.people import Visitor, amounts, words
from tests.browser.test_main_job import ring

DAY = timedelta(days=1)
THURSDAY = datetime(2026, 11, 26, 17, 30, tzinfo=UTC)
PLANNED_ON = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
STUDENT = scenes.STUDENT[2]
NAME = "Noor Adler"


class Cast:
    """The people of one walk, each with a browser of the size that they have."""

    def __init__(self, site: Site, browser: Browser, hours: int):
        self.site, self.browser, self.found, self.seen = site, browser, [], set()
        site.manage(
            "shell",
            "-v",
            "0",
            "-c",
            f"""
from datetime import date
from tests.browser.scenes import prepare
prepare({hours}, date(2026, 8, 24))""",
        )
        site.at(PLANNED_ON)
        self.office, self.student = self.visitor(1280), self.visitor(320)
        self.office.sign_in_on_demo(Role.COORDINATOR)

    def visitor(self, width: int) -> Visitor:
        return Visitor(
            self.browser, self.site.url, language="en", width=width, script=True, seen=self.seen, found=self.found
        )

    # ── Steps that both walks have ───────────────────────────────────────────────────────────────────────────────────

    def plan(self, firm: str, starts_on: str, ends_on: str, days: tuple[int, ...], rhythm: str) -> str:
        """The coordinator plans at this firm and sends it for signing; the address of the placement."""
        office = self.office
        office.go("/placements/new/")
        office.click(office.main.locator("tr", has_text=firm).get_by_role("link").first)
        office.submit("q", q="Adler")
        form = office.form("student")
        chosen = form.locator("select[name=student] option", has_text=NAME).first.inner_text()
        office.submit("student", student=chosen, starts_on=starts_on, ends_on=ends_on)
        office.fill(office.form("rhythm"), "purpose_text", "To stand in a kitchen at work.")
        for box in office.main.locator("input[name=outcomes]").all():
            office.fill_box(box, True)
        times = {"on": True, "from": "08:00", "to": "16:00", "break": 30}
        week = {f"{name}_{day}": value for day in days for name, value in times.items()}
        office.submit("rhythm", rhythm=rhythm, **week)
        office.submit("sign_by")
        return office.page.url

    def sign(self, guide: tuple[str, str, str]) -> None:
        """Parent, host and student by link, the school on its page."""
        self.site.night()
        for given, family, address in (scenes.GUARDIAN, guide):
            visitor = self.visitor(320)
            visitor.go(visitor.link_for(address))
            visitor.submit("name_typed", name_typed=f"{given} {family}")
        self.student.go(self.student.link_for(STUDENT))
        if "/accounts/login/" in self.student.page.url:
            self.student.sign_in(STUDENT)
        self.student.submit("name_typed", name_typed=NAME)
        self.office.go("/")
        self.office.click(self.office.main.locator("article", has_text=NAME).locator("a[href*='/sign/']"))
        self.office.submit("name_typed", name_typed="Amina Haddad")

    def work(self, evening: datetime) -> None:
        """The student logs that day as it was planned; a session of two weeks is over now and then."""
        self.site.at(evening)
        self.site.night()
        self.student.go("/")
        if not self.student.form("alone").count():
            self.student.sign_in(STUDENT)
            self.student.go("/")
        form = self.student.form("alone")
        self.student.fill_box(form.locator("input[name=tasks]").first, True)
        self.student.submit("alone", alone=2)

    def confirm(self, guide: str) -> Visitor:
        """Every week that waits, as it was logged: one tap each."""
        self.site.night()
        host = self.visitor(320)
        host.go(host.link_for(guide))
        while (right := host.main.locator("button[formaction*='/confirm/']")).count():
            self.site.read()
            host.click(right.first)
        return host

    def hear(self, guide: str) -> None:
        """The five questions."""
        self.site.night()
        host = self.visitor(320)
        host.go(next(link for link in links(host, guide) if "/closing/" in link or is_closing(host, link)))
        form = host.form("independence")
        for name in ("phrase", "host_again"):
            host.fill_box(form.locator(f"input[name={name}]").first, True)
        host.submit("independence", independence=2)

    def credit(self) -> list[str]:
        """The teacher takes what the rule proposes; credited, confirmed and logged as the student sees them."""
        teacher = self.visitor(1280)
        teacher.sign_in_on_demo(Role.TEACHER)
        teacher.go("/credit/")
        teacher.click(teacher.main.locator("tr", has_text=NAME).get_by_role("link"))
        teacher.submit("outcome")
        self.student.go("/my/credit/")
        return ring(self.student)


def links(visitor: Visitor, address: str) -> list[str]:
    return re.findall(rf"{re.escape(visitor.url)}/\S+", visitor.newest_letter(address))


def is_closing(visitor: Visitor, link: str) -> bool:
    visitor.go(link)
    return visitor.form("independence").count() > 0


@pytest.fixture
def walk(own_site: Site, browser: Browser):
    def begin(hours: int) -> Cast:
        return Cast(own_site, browser, hours)

    return begin


@pytest.mark.whole
def test_one_day_a_week_from_the_plan_to_the_credit(walk):
    """Four Thursdays of 7 h 30; the host is asked once, after the fourth."""
    cast = walk(30)
    placement = cast.plan("Hill Kitchen", "2026-11-26", "2026-12-17", (3,), "four_days")
    guide = scenes.FIRMS["Hill Kitchen"]
    cast.sign(guide)
    for week in range(4):
        cast.work(THURSDAY + 7 * week * DAY)
    cast.confirm(guide[2])
    cast.office.sign_in_on_demo(Role.COORDINATOR)
    cast.office.go(placement)
    assert ring(cast.office) == ["0 h", "30 h", "30 h"]
    cast.site.at(THURSDAY + 22 * DAY)
    cast.hear(guide[2])
    cast.site.at(THURSDAY + 25 * DAY)
    cast.site.night()
    assert cast.credit() == ["30 h", "30 h", "30 h"]
    assert cast.found == []


@pytest.mark.whole
def test_a_placement_that_breaks_goes_on_elsewhere_in_three_actions_and_nothing_is_lost(walk):
    """Two days at the first host, two at the second: ended, a new workplace chosen, sent. 30 h are credited."""
    cast = walk(30)
    office = cast.office
    old = cast.plan("Hill Kitchen", "2026-11-26", "2026-12-18", (0, 1, 3, 4), "weekly")
    first, second = scenes.FIRMS["Hill Kitchen"], scenes.FIRMS["Quay Kitchen"]
    cast.sign(first)
    for day in range(2):
        cast.work(THURSDAY + day * DAY)
    cast.confirm(first[2])

    office.go(old)
    office.click("a[href$='/move/break/']")
    said = {"end_reason": "People did not get on", "initiator": "School", "last_day": "2026-11-27"}
    there = "Another host, the same occupation"
    office.submit("end_reason", **said, direction=there, reason="They could not work together.")
    office.click(office.main.locator("tr", has_text="Quay Kitchen").get_by_role("link").first)
    office.submit("starts_on", starts_on="2026-11-30", ends_on="2026-12-01")
    office.submit("sign_by")
    new = office.page.url
    assert new != old
    assert "Hill Kitchen" not in words(office.main.locator("h1"))

    cast.student.go("/")
    assert "could not work together" not in words(cast.student.page.locator("body"))
    cast.sign(second)
    for day in (4, 5):
        cast.work(THURSDAY + day * DAY)
    host = cast.confirm(second[2])
    assert "Hill Kitchen" not in words(host.page.locator("body"))
    cast.site.at(THURSDAY + 6 * DAY)
    cast.hear(second[2])
    cast.site.at(THURSDAY + 10 * DAY)
    cast.site.night()
    assert cast.credit() == ["30 h", "30 h", "30 h"]
    office.go(new)
    assert amounts(office.main.locator(".ring dl.legend")) == ["30 h", "15 h", "15 h"]
    assert cast.found == []
