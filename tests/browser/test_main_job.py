"""The main job from end to end, as its people do it: from two files to credited hours, exact minutes at each step."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from accounts.roles import Role
from tests.browser import sources
from tests.browser.conftest import Site
from tests.browser.people import HOURS, Visitor, amounts, words
from tests.browser.sources import Source

PLANNED_ON = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
THURSDAY = datetime(2026, 11, 26, 17, 30, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 27, 17, 30, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
NEW_YEAR = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
FIRST_DAY, LAST_DAY = "2026-11-26", "2026-11-27"

GUARDIAN = "parent@families.example"
HOST = "guide@firm.example"
COLLEAGUE = "colleague@firm.example"
OFFER = "Kitchen, two days before Advent"
OUTCOMES = ["Sets up a place of work", "Keeps food cold and safe"]
TASKS = ["Set up the cold counter (1)", "Label and store food (2)"]

# Where the files come from, in which language, how wide, and whether host and student have JavaScript.
WALKS = [
    pytest.param(sources.own, "en", 1280, True, id="own-en-1280"),
    pytest.param(sources.own, "fr", 320, False, id="own-fr-320-no-script", marks=pytest.mark.whole),
    pytest.param(sources.real, "fr", 1280, True, id="real-fr-1280", marks=pytest.mark.whole),
    pytest.param(sources.real, "ar", 320, False, id="real-ar-320-no-script", marks=pytest.mark.whole),
]


@dataclass
class Walk:
    """The site, its people in their browsers, and what was found on the way."""

    site: Site
    browser: Browser
    source: Source
    language: str
    width: int
    script: bool
    seen: set = field(default_factory=set)
    found: list[str] = field(default_factory=list)
    visitors: list[Visitor] = field(default_factory=list)
    weeks: str = ""
    closing: str = ""

    def visitor(self, *, script: bool = True) -> Visitor:
        made = Visitor(
            self.browser, self.site.url, language=self.language, width=self.width, script=script, seen=self.seen,
            found=self.found,
        )  # fmt: skip
        self.visitors.append(made)
        return made

    def close(self) -> None:
        for one in self.visitors:
            one.context.close()


@pytest.mark.parametrize(("source", "language", "width", "script"), WALKS)
def test_from_the_files_to_credited_hours(
    own_site: Site,
    browser: Browser,
    tmp_path: Path,
    source: Callable[[Path], Source],
    language: str,
    width: int,
    script: bool,
):
    walk = Walk(own_site, browser, source(tmp_path), language, width, script)
    own_site.at(PLANNED_ON)
    office = walk.visitor()
    office.sign_in_on_demo(Role.COORDINATOR)
    bring_in(walk, office)
    write_programme(walk, office)
    prepare_host(walk, office)
    placement = plan(walk, office)
    host, student = walk.visitor(script=script), walk.visitor(script=script)
    sign(walk, office, host, student, placement)
    work(walk, student)
    confirm(walk, host)
    give_feedback(walk, host)
    credit(walk, office, placement)
    see_credit(walk, student)
    renew_link(walk, host)
    walk.close()
    assert walk.found == []


# ── The files ────────────────────────────────────────────────────────────────────────────────────────────────────────


def bring_in(walk: Walk, office: Visitor) -> None:
    """The roster and the employers: first what will happen, then what was taken over."""
    source = walk.source
    new = import_file(office, "roster", source.roster)
    assert new[:3] == [source.teachers, source.students, source.classes]
    assert import_file(office, "employers", source.employers) == [source.firms]


def import_file(office: Visitor, kind: str, file: Path) -> list[int]:
    office.go(f"/imports/new/{kind}/")
    office.submit("file", file=file)
    before = new_ones(office)
    office.submit("take-over")
    assert new_ones(office) == before
    return before


def new_ones(office: Visitor) -> list[int]:
    """The first column of numbers: what is new."""
    cells = office.main.locator("table.list").first.locator("tbody tr td:nth-of-type(1)")
    return [int("".join(filter(str.isdigit, text))) for text in cells.all_inner_texts()]


# ── The school and the host ──────────────────────────────────────────────────────────────────────────────────────────


def write_programme(walk: Walk, office: Visitor) -> None:
    """A requirement of 15 hours, a unit, a cohort, and the student of the roster in it with a teacher of the roster."""
    office.go("/programmes/new/")
    office.submit("required_minutes", name="Kitchen practice", required_minutes="15")
    assert amounts(office.main.locator("dl.facts").first) == ["15 h"]
    office.click("a[href$='/units/new/']")
    office.submit("outcomes", title="Cold kitchen", outcomes="\n".join(OUTCOMES), tasks="\n".join(TASKS))
    assert office.main.locator("section.sheet ol li").all_inner_texts() == OUTCOMES
    office.click("a[href$='/cohorts/new/']")
    office.submit("starts_on", name="Kitchen practice, 1st year", starts_on=FIRST_DAY)
    office.click("a[href$='/enrol/']")
    office.submit("class", **{"class": walk.source.school_class})
    form = office.form("students")
    chosen = form.get_by_label(walk.source.student.name, exact=True).get_attribute("value")
    for box in form.locator("input[name=students]").all():
        office.fill_box(box, box.get_attribute("value") == chosen)
    office.submit("students", teacher=walk.source.teacher.name)
    assert names_in(office) == [walk.source.student.name]
    assert walk.source.teacher.name in words(office.main)


def names_in(visitor: Visitor) -> list[str]:
    """The first column of the list on a page."""
    return [" ".join(text.split()) for text in visitor.main.locator("table.list tbody th").all_inner_texts()]


def prepare_host(walk: Walk, office: Visitor) -> None:
    """The firm of the list gets a person with an address, and offers a place."""
    office.go("/employers/")
    office.submit("q", q=walk.source.firm)
    office.click(office.main.get_by_role("link", name=walk.source.firm, exact=True))
    office.click("a[href$='/supervisors/new/']")
    office.submit("family_name", given_name="Greta", family_name="Vance", email=HOST)
    office.click("a[href$='/offers/new/']")
    office.submit("places", title=OFFER, starts_on=FIRST_DAY, ends_on=LAST_DAY, places=1)
    assert names_in(office) == [OFFER]


# ── The plan and its agreement ───────────────────────────────────────────────────────────────────────────────────────


def plan(walk: Walk, office: Visitor) -> str:
    """Two days of 7 h 30 are planned, a guardian is added, and everybody is asked. The address of the placement."""
    office.go("/placements/new/")
    office.click(office.main.locator("tr", has_text=OFFER).get_by_role("link"))
    office.submit("q", q=walk.source.student.name.split()[-1])
    form = office.form("student")
    chosen = form.locator("select[name=student] option", has_text=walk.source.student.name).first.inner_text()
    assert form.locator("[name=starts_on]").input_value() == FIRST_DAY
    office.submit("student", student=chosen, supervisor="Greta Vance", teacher=walk.source.teacher.name)
    office.fill(office.form("rhythm"), "purpose_text", "To stand in a kitchen at work.")
    for box in office.main.locator("input[name=outcomes]").all():
        office.fill_box(box, True)
    times = {"on": True, "from": "08:00", "to": "16:00", "break": 30}
    office.submit("rhythm", **{f"{name}_{day}": value for day in (3, 4) for name, value in times.items()})
    sums = office.main.locator("section[aria-labelledby=sums]")
    assert amounts(sums.locator("ul")) == ["7 h 30", "7 h 30", "15 h"]
    assert amounts(sums.locator("dl")) == ["15 h", "15 h"]
    office.submit("family_name", given_name="Robin", family_name="Elder", email=GUARDIAN)
    office.submit("sign_by")
    return office.page.url


def sign(walk: Walk, office: Visitor, host: Visitor, student: Visitor, placement: str) -> None:
    """Four parties in four ways: a link, a link, an account by a code, and an account that is signed in."""
    walk.site.night()
    guardian = walk.visitor(script=walk.script)
    guardian.go(guardian.link_for(GUARDIAN))
    type_name(guardian, "Robin Elder", signed=1)
    host.go(host.link_for(HOST))
    type_name(host, "Greta Vance", signed=2)
    student.go(student.link_for(walk.source.student.email))
    student.sign_in(walk.source.student.email)
    type_name(student, walk.source.student.name, signed=3)
    office.go("/")
    office.click(office.main.locator("article", has_text=walk.source.student.name).locator("a[href*='/sign/']"))
    type_name(office, "Amina Haddad", signed=4)
    office.go(placement)
    assert ring(office) == ["0 h", "0 h", "0 h"]


def type_name(visitor: Visitor, name: str, *, signed: int) -> None:
    visitor.speak()
    assert amounts(visitor.main.locator(".short-facts"))[-1] == "15 h"
    visitor.submit("name_typed", name_typed=name)
    assert visitor.main.locator("section[aria-labelledby=places] .state.good").count() == signed


# ── Hours ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def work(walk: Walk, student: Visitor) -> None:
    """A day as planned, and one that began a quarter of an hour later: 7 h 30 and 7 h 15."""
    walk.site.at(THURSDAY)
    walk.site.night()
    log(student, tasks=1)
    assert ring(student) == ["0 h", "0 h", "7 h 30"]
    walk.site.at(FRIDAY)
    log(student, tasks=2, starts_at="08:15")
    assert ring(student) == ["0 h", "0 h", "14 h 45"]


def log(student: Visitor, *, tasks: int, **changed: str) -> None:
    student.go("/")
    form = student.form("alone")
    for box in form.locator("input[name=tasks]").all()[:tasks]:
        student.fill_box(box, True)
    student.submit("alone", alone=2, **changed)


def ring(visitor: Visitor) -> list[str]:
    """Credited, confirmed and logged hours."""
    return amounts(visitor.main.locator(".ring dl.legend"))


def confirm(walk: Walk, host: Visitor) -> None:
    """One letter with two links; of the second day the host saw 6 h, so 13 h 30 are confirmed."""
    walk.site.night()
    walk.weeks, walk.closing = host.link_for(HOST, 0), host.link_for(HOST, 1)
    host.go(walk.weeks)
    assert amounts(host.main.locator("article")) == ["14 h 45", "7 h 30", "7 h 15"]
    host.click("article a[href*='week/']")
    days = host.main.locator("[role=group]")
    assert amounts(days) == ["7 h 30", "7 h 15"]
    hours, minutes, reason = (days.last.locator("input").nth(number) for number in range(3))
    hours.fill("6"), minutes.fill("0"), reason.fill("Left at 14:45")
    walk.site.read()
    host.submit("seen")
    assert amounts(host.main.locator("article")) == ["14 h 45", "13 h 30"]


def give_feedback(walk: Walk, host: Visitor) -> None:
    """The host hands the five questions on to a colleague, who answers them."""
    host.go(walk.closing)
    host.click("a[href$='/forward/']")
    host.submit("email", name="Tove Lind", email=COLLEAGUE)
    walk.site.night()
    colleague = walk.visitor(script=walk.script)
    colleague.go(colleague.link_for(COLLEAGUE))
    form = colleague.form("independence")
    assert form.locator("input[name=tasks]:checked").count() == 2
    for name in ("phrase", "host_again"):
        colleague.fill_box(form.locator(f"input[name={name}]").first, True)
    colleague.submit("independence", independence=2)
    done = [text.split(" (")[0] for text in colleague.main.locator("ul li").all_inner_texts()]
    assert done == ["Set up the cold counter", "Label and store food"]


# ── Credit ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def credit(walk: Walk, office: Visitor, placement: str) -> None:
    """The teacher of the roster takes what the rule proposes: 13 h 30 of 15 h."""
    walk.site.at(MONDAY)
    walk.site.night()
    teacher = walk.visitor()
    teacher.sign_in(walk.source.teacher.email)
    teacher.speak()
    teacher.go("/credit/")
    row = teacher.main.locator("tr", has_text=walk.source.student.name)
    assert amounts(row) == ["13 h 30", "0 h"]
    teacher.click(row.get_by_role("link"))
    assert explained(teacher) == (["14 h 45", "1 h 15", "13 h 30"], ["13 h 30", "15 h", "1 h 30"], ["0 h", "13 h 30"])
    teacher.submit("outcome")
    assert explained(teacher) == (["14 h 45", "1 h 15", "13 h 30"], ["13 h 30", "15 h", "1 h 30"], ["13 h 30", "0 h"])
    office.go(placement)
    assert ring(office) == ["13 h 30", "13 h 30", "14 h 45"]


def explained(teacher: Visitor) -> tuple[list[str], ...]:
    """Logged, cut and counted; counted, asked for and missing; credited before and now."""
    parts = (
        "section[aria-labelledby=counted] dd",
        "section[aria-labelledby=answer] li",
        "section[aria-labelledby=gives] dd",
    )
    return tuple([one for part in teacher.main.locator(place).all() for one in amounts(part)] for place in parts)


def see_credit(walk: Walk, student: Visitor) -> None:
    """The student sees three numbers and why they differ, and has a letter about it."""
    student.go("/")
    assert ring(student) == ["13 h 30", "13 h 30", "14 h 45"]
    student.click("main a[href='/my/credit/']")
    assert ring(student) == ["13 h 30", "13 h 30", "14 h 45"]
    walk.site.night()
    assert HOURS.search(student.newest_letter(walk.source.student.email)).groups() == ("13", "30")


def renew_link(walk: Walk, host: Visitor) -> None:
    """After 30 days the link to the weeks has run out; a new one comes by mail and shows the same hours."""
    walk.site.at(NEW_YEAR)
    host.go(walk.weeks, status=410)
    host.submit("renew")
    walk.site.night()
    new = host.link_for(HOST)
    assert new != walk.weeks
    host.go(new)
    assert host.main.locator("button[formaction*='/confirm/']").count() == 0
