"""A student's first page and the pages behind it: goals, learning, papers, one tap to a photo and to a talk."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Document
from accounts.roles import Role
from placements.models import Agreement, PlanVersion, SafeguardingNote, Signature, WeekSheet, WorkPhoto
from placements.models.hours import Independence
from schools.models import Outcome
from tests.placements.garage import MONDAY, at, build, member, person, work

pytestmark = pytest.mark.django_db
NOW = at(MONDAY + timedelta(days=2))


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def garage():
    found = build()
    unit = found.tasks[0].unit
    for place, text in enumerate(("Finds the fault", "Replaces pads", "Tests the brakes"), 1):
        outcome = Outcome.objects.create(unit=unit, position=place, text=text)
        found.tasks[place - 1].outcomes.add(outcome)
    return found


@pytest.fixture
def lina(garage, client):
    client.force_login(garage.lina.learner.user)
    return client


def test_today_names_two_goals_with_the_least_evidence_and_how_many_outcomes_have_some(garage, lina):
    work(garage.lina, MONDAY, tasks=[(garage.tasks[0], Independence.WITH_HELP)])
    page = lina.get("/")
    assert [aim.text for aim in page.context["my"].goals] == ["Replaces pads", "Tests the brakes"]
    assert "1 of 3 outcomes with evidence" in page.text


def test_watching_is_no_evidence_and_neither_is_another_students_work(garage, lina):
    work(garage.lina, MONDAY, tasks=[(garage.tasks[0], Independence.WATCHED)])
    work(garage.jonas, MONDAY, tasks=[(garage.tasks[1], Independence.ALONE)])
    assert lina.get("/").context["my"].with_evidence == 0


def test_today_tells_two_lines_of_what_is_missing_and_one_why(cast, time_machine):
    time_machine.move_to("2026-11-24 10:00:00+00:00")
    my = cast.client(cast.insider(Role.STUDENT)).get("/").context["my"]
    assert len(my.missing) == 2
    assert my.why_different == "Logged, but the workplace has not confirmed it yet: 7 h on 1 day."


def test_learning_shows_each_outcome_with_how_often(garage, lina):
    for number in range(2):
        work(garage.lina, MONDAY + timedelta(days=number), tasks=[(garage.tasks[0], Independence.CHECKED)])
    page = lina.get(reverse("reports:my_learning"))
    assert [(aim.text, aim.times) for aim in page.context["learning"].aims] == [
        ("Finds the fault", 2), ("Replaces pads", 0), ("Tests the brakes", 0),
    ]  # fmt: skip
    assert reverse("placements:feedback", args=[garage.lina.public_id]) in page.text


def test_a_saved_day_leads_to_its_photo_in_one_tap(garage, lina):
    key = uuid.uuid4()
    day = {"key": key, "day": MONDAY, "starts_at": "08:00", "ends_at": "16:00", "break_minutes": 30, "alone": 2}
    saved = lina.post(reverse("placements:log", args=[garage.lina.public_id]), {**day, "tasks": [garage.tasks[0].pk]})
    assert saved["Location"] == f"/?saved={key}"
    photo = reverse("placements:photo", args=[key])
    assert photo in lina.get(saved["Location"]).text
    assert "No faces" in lina.get(photo).text
    garage.site.photos_allowed = False
    garage.site.save()
    assert photo not in lina.get(saved["Location"]).text
    assert lina.get("/?saved=nonsense").status_code == 200


def test_documents_show_what_there_is_and_nothing_of_others(garage, lina):
    page = reverse("reports:my_documents")
    assert "No documents yet" in lina.get(page).text
    for placement in (garage.lina, garage.jonas):
        agreement = Agreement.objects.create(
            plan=PlanVersion.objects.get(placement=placement), state="in_force", in_force_at=NOW
        )
        Signature.objects.create(agreement=agreement, party="student", person=placement.learner, order=1)
        WeekSheet.objects.create(
            placement=placement, week_starts_on=MONDAY, code=f"AAAA-{placement.pk}", printed_at=NOW
        )
        document = Document.objects.create(
            organisation=garage.school, kind="photo", media_type="image/png", content=b"x", added_by=placement.learner,
            added_at=NOW,
        )  # fmt: skip
        WorkPhoto.objects.create(entry=work(placement, MONDAY), document=document, consent=True, at=NOW)
    papers = lina.get(page).context["papers"]
    assert [one.plan.placement for one in papers.agreements] == [garage.lina]
    assert [(one, one.sheets) for one in papers.placements] == [(garage.lina, 1)]
    assert [(one.placement, one.photo_count) for one in papers.days] == [(garage.lina, 1)]
    assert lina.get(reverse("placements:agreement_pdf", args=[papers.agreements[0].public_id])).status_code == 200


def test_a_draft_that_was_not_sent_is_no_document(garage, lina):
    Agreement.objects.create(plan=PlanVersion.objects.get(placement=garage.lina))
    assert lina.get(reverse("reports:my_documents")).context["papers"].is_empty


@pytest.mark.parametrize("page", ["/", "/my/hours/", "/my/learning/", "/my/week/", "/my/calendar/", "/my/documents/"])
def test_a_talk_is_asked_for_in_two_taps_from_every_page(garage, lina, page):
    assert '<a href="/talk/"' in lina.get(page).text
    talk = lina.get("/talk/")
    form = talk.text.partition('<form class="sheet')[2]
    assert form.index("Ask to talk") < form.index("textarea")
    assert lina.post("/talk/", {"key": talk.context["form"]["key"].value()}).status_code == 302
    assert SafeguardingNote.objects.filter(student=garage.lina.enrolment.student).count() == 1


def test_staff_and_hosts_have_no_student_pages(garage, client):
    teacher = person("Par Lind")
    member(teacher, garage.school, Role.TEACHER)
    client.force_login(teacher.user)
    for page in ("/my/learning/", "/my/week/", "/my/calendar/", "/my/documents/"):
        assert client.get(page).status_code == 404
