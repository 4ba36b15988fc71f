"""What a host must never see, on any page it can open, by account and by link: the data is there in every test."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.test import Client

from accounts.models import Person
from accounts.roles import Role
from credits.models import Correction
from employers.models import Employer, SchoolEmployer, Site
from placements.models import (
    Adjustment,
    Concern,
    Contact,
    OtherWork,
    Placement,
    Reflection,
    SafeguardingEntry,
    SafeguardingNote,
    Segment,
    SkillMark,
    SkillReview,
)
from schools.models import Guardian, RuleException, Skill, SkillScale, Student
from tests.house.access import TABLE
from tests.house.things import Things

pytestmark = pytest.mark.django_db
HOSTS = (Role.SUPERVISOR, Role.OWNER)
TOLD = "Show me a new task once, please"
SECRETS = {
    "an adjustment that is for the teacher alone": "Zq1 dyslexia",
    "what was said in confidence": "Zq2 the foreman shouts",
    "the file of a safeguarding note": "Zq3 police were told",
    "what the school saw on a visit": "Zq4 the yard is untidy",
    "a question to the student": "Zq5 what frightened you",
    "what the student answered": "Zq6 the big press",
    "what the teacher replied": "Zq7 we will practise it",
    "the school's own notes on the firm": "Zq8 pays late",
    "why one rule is different for the student": "Zq9 young offender",
    "what the student asked about the decision": "Zq10 count my nights",
    "another host of the same student": "Zq11 Bakery",
    "another student": "Zq12 Quince",
    "a guardian": "Zq13 Guardian",
    "what another supervisor asked the school": "Zq14 comes late",
    "the student's number at school": "Zq15",
    "the student's own mark": "Zq16 I do this well",
}


class Secrets:
    """Everything that could leak, tied to the placement that the host guides."""

    def __init__(self, things: Things):
        self.things, self.now = things, things.now
        self.placement, self.student, self.teacher = things.lina_at_motors, things.student(), things.teacher()
        self.told()
        self.thought()
        self.of_others()

    def told(self):
        said = {"student": self.student, "written_at": self.now}
        Adjustment.objects.create(**said, text=TOLD, for_host=True)
        Adjustment.objects.create(**said, text="Zq1 dyslexia", for_teacher=True)
        note = SafeguardingNote.objects.create(
            **said, school=self.things.school, placement=self.placement, text="Zq2 the foreman shouts"
        )
        SafeguardingEntry.objects.create(
            note=note, kind="note", text="Zq3 police were told", person=self.teacher, at=self.now
        )
        RuleException.objects.create(
            enrolment=self.things.enrolment(), rule="hours", reason="Zq9 young offender", approver=self.teacher,
            at=self.now,
        )  # fmt: skip
        decision = self.things.decision()
        Correction.objects.filter(decision=decision).update(text="Zq10 count my nights")
        Student.objects.filter(pk=self.student.pk).update(source_id="Zq15")

    def thought(self):
        Contact.objects.create(
            school=self.things.school, placement=self.placement, kind="visit", method="in_person",
            on=self.now.date(), person=self.teacher, with_student=True, seen="Zq4 the yard is untidy", at=self.now,
        )  # fmt: skip
        Reflection.objects.create(
            placement=self.placement, reader=self.teacher, question="Zq5 what frightened you",
            answer="Zq6 the big press", reply="Zq7 we will practise it", asked_at=self.now, answered_at=self.now,
            read_at=self.now,
        )  # fmt: skip
        OtherWork.objects.get_or_create(placement=self.placement, defaults={"minutes_per_week": 60, "at": self.now})
        scale = SkillScale.objects.create(key="own", levels=[{"en": "Zq16 I do this well"}])
        skill = Skill.objects.create(scale=scale, key="own", position=1, name={"en": "Welds"}, anchors={"en": ["Zq16"]})
        for moment in SkillReview.Moment.values:
            review, _new = SkillReview.objects.get_or_create(
                placement=self.placement, moment=moment, side="student",
                defaults={"person": self.things.lina, "at": self.now},
            )  # fmt: skip
            SkillMark.objects.create(review=review, skill=skill, level=1)
        # The scale is not asked of anybody any more: only the student's mark tells of it.
        skill.ended_on = date(2020, 1, 1)
        skill.save()

    def of_others(self):
        firm = Employer.objects.create(name="Zq11 Bakery", identity="zq11", sort_key="zq11")
        SchoolEmployer.objects.filter(employer__in=Employer.objects.exclude(pk=firm.pk)).update(notes="Zq8 pays late")
        site = Site.objects.create(employer=firm, name="Zq11 Bakery", address="Mill Lane 4")
        ended = self._placed(self.things.lina, firm, site)
        Placement.objects.filter(pk=self.placement.pk).update(predecessor=ended)
        other = Person.objects.create(given_name="Quentin", family_name="Zq12 Quince", sort_key="zq12")
        self._placed(other, firm, site)
        elder = Person.objects.create(given_name="Gail", family_name="Zq13 Guardian", sort_key="zq13")
        Guardian.objects.create(student=self.student, person=elder)
        Concern.objects.create(placement=ended, kind="help", text="Zq14 comes late", person=self.teacher, at=self.now)

    def _placed(self, learner: Person, firm: Employer, site: Site) -> Placement:
        dates = {"starts_on": self.now.date() - timedelta(days=400), "ends_on": self.now.date() - timedelta(days=380)}
        placement = Placement.objects.create(
            school=self.things.school, learner=learner, employer=firm, state=Placement.State.BROKEN,
            end_reason="work", end_initiator="student", end_direction="company", **dates,
        )  # fmt: skip
        Segment.objects.create(placement=placement, site=site, **dates)
        return placement


def read(client: Client, things: Things, name: str) -> str:
    """The page, of which nothing stays."""
    with transaction.atomic():
        answer = client.get(TABLE[name].path(things), follow=True)
        transaction.set_rollback(True)
    return answer.content.decode(errors="replace") if answer.headers["Content-Type"].startswith("text/") else ""


def leaks(page: str) -> list[str]:
    return [what for what, words in SECRETS.items() if words in page]


@pytest.mark.parametrize("role", HOSTS)
def test_no_page_of_a_host_who_signed_in_shows_what_is_not_for_hosts(cast, role):
    things = Things(role)
    Secrets(things)
    client = cast.client(cast.insider(role))
    mine = [name for name, row in sorted(TABLE.items()) if role in row.get and not name.startswith("demo:")]
    pages = {name: read(client, things, name) for name in mine}
    assert [(name, found) for name, page in pages.items() if (found := leaks(page))] == []
    guides_lina = role == Role.SUPERVISOR
    assert any(TOLD in page for page in pages.values()) == guides_lina


def test_no_page_behind_a_link_shows_what_is_not_for_hosts():
    things = Things(Role.SUPERVISOR)
    Secrets(things)
    behind = [name for name, row in sorted(TABLE.items()) if row.template.startswith("/link/") and row.get]
    pages = {name: read(Client(), things, name) for name in behind}
    assert [(name, found) for name, page in pages.items() if (found := leaks(page))] == []
    assert sum("Lina" in page for page in pages.values()) > 10
