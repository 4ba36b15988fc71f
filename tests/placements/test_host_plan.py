"""The plan in plain words: all that a workplace needs on one page, no school words, and nothing that is not for it."""

import re
from datetime import date, time

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from accounts import links
from accounts.models import ClosedDay, Link
from accounts.roles import Role
from placements.models import PlanVersion
from placements.rules.host_plan import insurance_in, limits_in_words, to_do
from placements.rules.limits import Bound
from placements.rules.working_time import Limits
from placements.workflow import requesting
from schools.models import AgreementBlock, TaskTemplate
from schools.rule_sets.document import Limit
from schools.rule_sets.parts import Ages
from tests.placements import college as colleges
from tests.placements.college import NOW

SCHOOL_WORDS = (
    "outcome", "cohort", "enrolment", "unit", "curriculum", "assessment", "evidence", "segment", "setting", "credit",
    "programme", "learner", "competence", "amendment",
)  # fmt: skip


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def college(db):
    made = colleges.build()
    AgreementBlock.objects.create(
        school=made.school, position=1, heading="Insurance", text="Harbour Mutual insures the student at work."
    )
    student = made.enrolment.student
    student.adjustments.create(text="Show a new task twice", for_host=True, written_at=NOW)
    student.adjustments.create(text="Zq dyslexia", for_teacher=True, written_at=NOW)
    for title in ("Change brake pads", "Balance wheels"):
        TaskTemplate.objects.create(unit=made.outcomes[0].unit, title=title)
    return made


@pytest.fixture
def placement(college):
    return college.agreed()


@pytest.fixture
def host(college):
    client = Client()
    client.force_login(college.supervisor.user)
    return client


def page_of(placement) -> str:
    return reverse("placements:host_plan", args=[placement.public_id])


def token_of(college, purpose=Link.Purpose.CONFIRM, subject_id=0, guide=None):
    guide = guide or college.host.person
    _link, token = links.mint(person=guide, school=college.school, purpose=purpose, subject_id=subject_id, at=NOW)
    return token


def words_of(page) -> str:
    main = page.text[page.text.index("<main") : page.text.index("</main>")]
    return " ".join(strip_tags(re.sub(r"<svg.*?</svg>", "", main, flags=re.DOTALL)).split())


def test_one_page_says_who_when_insured_by_whom_what_to_do_and_whom_to_call(college, placement, host):
    text = words_of(host.get(page_of(placement)))
    for words in (
        "Nia Berg", "16 or 17", "Learns: Vehicles", "Test College",
        "Monday, Tuesday, Wednesday, Thursday, Friday: 08:00 to 15:30, break 30 minutes, 7 h a day",
        "Dock Road 12", "Harbour Mutual insures the student at work.", "Say once a week whether the hours are right",
        "Change brake pads", "Change a tyre", "Show a new task twice", "Cora Diaz", "Tom Hale",
    ):  # fmt: skip
        assert words in text


def test_it_has_five_lines_to_do_and_at_most_six_to_learn(college, placement, host):
    plan = host.get(page_of(placement)).context["plan"]
    assert len(plan.to_do) == 5
    assert len(plan.wants) <= 6
    assert plan.usual == ["Balance wheels"]


def test_no_school_word_stands_in_it(college, placement, host):
    text = words_of(host.get(page_of(placement))).lower()
    assert [word for word in SCHOOL_WORDS if re.search(rf"\b{word}", text)] == []
    for rhythm in PlanVersion.Rhythm:
        lines = " ".join(to_do(rhythm)).lower()
        assert [word for word in SCHOOL_WORDS if re.search(rf"\b{word}", lines)] == []


def test_nothing_that_is_not_for_hosts_stands_in_it(college, placement, host):
    placement.predecessor = college.placement(starts_on=date(2026, 9, 1), ends_on=date(2026, 9, 30))
    placement.save()
    text = host.get(page_of(placement)).text
    for secret in ("Zq dyslexia", "2009-06", "Una Berg", "2nd year"):
        assert secret not in text


def test_by_link_what_helps_the_student_waits_for_the_code(college, placement, client):
    page = client.get(reverse("placements:link_plan", args=[token_of(college), placement.public_id]))
    assert page.status_code == 200
    assert "Show a new task twice" not in page.text
    assert "we mail you a code first" in page.text
    assert page.context["helps_url"].endswith(f"/adjustments/{placement.public_id}/")


def test_the_receipt_of_the_agreement_leads_to_it_for_the_host_alone(college, placement, client):
    for party, leads in (("host", True), ("student", False), ("guardian", False)):
        place = placement.plan_versions.get().agreement.signatures.get(party=party)
        token = token_of(college, Link.Purpose.SIGN, place.pk, place.person)
        url = reverse("placements:link_plan", args=[token, placement.public_id])
        receipt = client.get(reverse("placements:link", args=[token])).text
        assert (url in receipt, client.get(url).status_code) == (leads, 200 if leads else 404)
        if leads:
            assert "Show a new task twice" not in client.get(url).text


def test_nobody_else_reads_it(college, placement, client):
    stranger = colleges.member("Sven Other", Role.SUPERVISOR, college.supervisor.organisation, "other.test")
    for link in (
        token_of(college, guide=stranger.user.person), token_of(college, Link.Purpose.FEEDBACK, placement.pk),
        token_of(college, Link.Purpose.REQUEST, 1),
    ):  # fmt: skip
        assert client.get(reverse("placements:link_plan", args=[link, placement.public_id])).status_code == 404
    client.force_login(stranger.user)
    assert client.get(page_of(placement)).status_code == 404


def test_without_a_word_on_insurance_it_says_whom_to_ask(college, host):
    AgreementBlock.objects.filter(school=college.school).delete()
    placement = college.agreed()
    assert "Ask the school before the first day." in words_of(host.get(page_of(placement)))


def test_a_page_before_the_plan_is_written_says_so(college, host):
    placement = college.placement()
    assert "The days and times are not agreed yet." in words_of(host.get(page_of(placement)))


def test_the_request_shows_what_students_usually_do_there(college, client):
    placement = college.placement()
    college.plan(placement)
    asked = requesting.ask(
        placement=placement, site=college.site, person=college.host.person, by=college.office, at=NOW
    )
    token = token_of(college, Link.Purpose.REQUEST, asked.pk)
    page = client.get(reverse("placements:link", args=[token]))
    assert page.context["question"].usual == ["Balance wheels"]
    assert "What students here usually do" in page.text


def test_days_without_work_are_said_and_it_costs_at_most_twelve_queries(college, placement, host):
    ClosedDay.objects.create(organisation=college.school, day=date(2027, 2, 1))
    host.get(page_of(placement))
    with CaptureQueriesContext(connection) as queries:
        text = words_of(host.get(page_of(placement)))
    assert "No work on Mon 1 Feb 2027" in text
    assert len([row for row in queries if "SAVEPOINT" not in row["sql"]]) <= 12


# ── The rules ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_insurance_is_found_by_its_heading_in_several_languages():
    dress = ("Dress", ["Wear boots."])
    for heading in ("Insurance", "Assurances", "Versicherung", "التأمين"):
        assert insurance_in([dress, (heading, ["We pay.", "Call us."])]) == ["We pay.", "Call us."]
    assert insurance_in([dress]) == []


def bound(limits: Limits, **ages) -> Bound:
    return Bound(Limit(key="young", label={"en": "Young"}, ages=Ages(**ages)), limits, is_firm=True)


def test_the_tightest_limits_for_the_age_are_said_in_short_lines():
    asked = [
        bound(Limits(per_day=480, per_week=2400, night=(time(22), time(6)), pause_after=270, pause=30)),
        bound(Limits(per_day=420, night=(time(20), time(7)), rest_between_days=720, rest_days=2), below=18),
        bound(Limits(per_day=60), since=18),
    ]
    assert limits_in_words(asked, date(2010, 1, 1), date(2027, 1, 4)) == [
        "Work begins at 07:00 at the earliest and ends at 20:00 at the latest.",
        "At most 7 h of work a day.",
        "At most 40 h of work a week.",
        "A break of 30 minutes when the day is longer than 4 h 30.",
        "At least 12 h between the end of one day and the start of the next.",
        "2 days of each week are free.",
    ]
    late = bound(Limits(night=(time(0), time(4))))
    assert limits_in_words([late], None, date(2027, 1, 4)) == ["Work begins at 04:00 at the earliest."]
    assert limits_in_words([late, *asked], date(2010, 1, 1), date(2027, 1, 4))[0] == (
        "Work begins at 07:00 at the earliest and ends at 20:00 at the latest."
    )
    assert limits_in_words([], date(2010, 1, 1), date(2027, 1, 4)) == []
