"""A new school year: cohorts and closed days a year later, seen before they are made; and a programme copied."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import ClosedDay
from accounts.roles import Role
from core.workflow import Actor, Refused
from schools.models import Cohort, Enrolment, FeedbackPhrase
from schools.rules import a_year_later, name_a_year_later
from schools.workflow import copy_programme, roll_over
from schools.workflow.years import Next
from tests.placements import college as colleges
from tests.placements.college import NOW


@pytest.fixture
def college(db):
    return colleges.build()


@pytest.fixture
def cohort(college) -> Cohort:
    found = college.enrolment.cohort
    found.name, found.ends_on, found.school_weekdays = "Year 2026/27", found.starts_on + timedelta(days=300), [0, 1]
    found.starts_on = min(found.starts_on, timezone.localdate() - timedelta(days=30))
    found.save()
    return found


@pytest.fixture
def office(college) -> dict:
    return {"by": Actor("user", college.coordinator.user_id, Role.COORDINATOR), "at": NOW}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Retail 2026", "Retail 2027"),
        ("2026/27, Retail", "2027/28, Retail"),
        ("2026-2027", "2027-2028"),
        ("1999/00", "1999/00"),
        ("Retail, 2nd year", "Retail, 2nd year"),
        ("2099/00", "2100/01"),
    ],
)
def test_a_name_with_a_year_is_a_year_later(before, after):
    assert name_a_year_later(before) == after


def test_a_year_later_is_the_same_weekday():
    assert (a_year_later(date(2026, 9, 7)), date(2026, 9, 7).weekday()) == (date(2027, 9, 6), 0)
    assert a_year_later(date(2026, 9, 7)).weekday() == 0


def test_a_cohort_begins_again_with_the_newest_version_and_the_same_days_at_school_but_nobody_in_it(
    college, cohort, office
):
    one = Next(cohort, "Year 2027/28", a_year_later(cohort.starts_on), None)
    for expected in (1, 0):
        opened, _days = roll_over(school=college.school, cohorts=[one], closed_days=[], **office)
        assert len(opened) == expected
    made = Cohort.objects.get(name="Year 2027/28")
    assert (made.version, made.school_weekdays, made.ends_on) == (cohort.version, [0, 1], None)
    assert not Enrolment.objects.filter(cohort=made).exists()


def test_closed_days_come_back_once_on_the_same_weekday(college, office):
    day = timezone.localdate() + timedelta(days=20)
    kept = ClosedDay.objects.create(organisation=college.school, day=day, name="Fair")
    for expected in (1, 0):
        _opened, days = roll_over(school=college.school, cohorts=[], closed_days=[kept], **office)
        assert days == expected
    assert ClosedDay.objects.get(organisation=college.school, day=a_year_later(day)).name == "Fair"


def test_the_page_shows_what_will_begin_and_makes_only_what_stays_ticked(client, college, cohort):
    client.force_login(college.coordinator.user)
    url = reverse("schools:new_year")
    form = client.get(url).context["form"]
    assert [(row["cohort"], row["name"].value()) for row in form.rows] == [(cohort, "Year 2027/28")]
    sent = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    key = cohort.public_id
    refused = client.post(url, {**sent, f"ends_on_{key}": cohort.starts_on})
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == [f"ends_on_{key}"]
    without = {name: value for name, value in sent.items() if name != f"tick_{key}"}
    assert client.post(url, without).status_code == 302
    assert Cohort.objects.filter(version__programme=cohort.version.programme).count() == 1
    page = client.post(url, sent, follow=True)
    assert "1 cohort begins." in page.text
    assert Cohort.objects.filter(version__programme=cohort.version.programme).count() == 2


def test_a_copied_programme_teaches_and_asks_the_same_and_has_nobody(college, office):
    programme = college.enrolment.cohort.version.programme
    FeedbackPhrase.objects.create(programme=programme, position=1, text="Was on time.")
    twin = copy_programme(programme=programme, name="Another", **office)
    old, new = programme.versions.get(), twin.versions.get()
    assert (new.required_minutes, new.rule_set, new.sign_days_before) == (
        old.required_minutes, old.rule_set, old.sign_days_before,
    )  # fmt: skip
    assert _taught(new) == _taught(old)
    assert [phrase.text for phrase in twin.feedback_phrases.all()] == ["Was on time."]
    assert not twin.versions.filter(cohorts__isnull=False).exists()
    with pytest.raises(Refused, match="has a programme with this name"):
        copy_programme(programme=programme, name="Another", **office)


def _taught(version) -> list:
    return [
        (
            unit.title,
            [outcome.text for outcome in unit.outcomes.all()],
            [(task.title, sorted(shown.text for shown in task.outcomes.all())) for task in unit.tasks.all()],
        )
        for unit in version.units.all()
    ]


def test_a_name_that_is_taken_comes_back_with_what_was_typed(client, college):
    client.force_login(college.coordinator.user)
    programme = college.enrolment.cohort.version.programme
    page = client.post(reverse("schools:programme_copy", args=[programme.public_id]), {"name": programme.name})
    assert page.status_code == 422
    assert page.context["form"]["name"].value() == programme.name
