"""A week without a network (E29), on the screens: printed, filled by hand, sent as a photo, written down."""

import io
from datetime import timedelta

import pypdf
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts import links
from accounts.models import Link
from accounts.roles import Role
from placements.models import WeekSheet, WorkEntry
from placements.workflow.sheets import print_sheet
from tests.placements.garage import HOST, MONDAY, STUDENT, answers, at, build, entries, member, person, work
from tests.placements.test_photos import picture

pytestmark = pytest.mark.django_db
TUESDAY, FRIDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=4)
MARK = "Reported by the school"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(at(FRIDAY), tick=False):
        yield


@pytest.fixture
def garage():
    found = build()
    found.ada = person("Ada Brandt")
    found.office = member(found.ada, found.school, Role.COORDINATOR)
    found.lina.coordinator = found.ada
    found.lina.save()
    return found


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def link_of(garage, purpose=Link.Purpose.CONFIRM) -> str:
    _link, token = links.mint(
        person=garage.marek.person, school=garage.school, purpose=purpose, subject_id=garage.lina.pk, at=at(MONDAY)
    )
    return token


def url(name: str, *args) -> str:
    return reverse(f"placements:{name}", args=args)


def photo() -> SimpleUploadedFile:
    return SimpleUploadedFile("sheet.jpg", picture(), content_type="image/jpeg")


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def sheet_of(garage) -> WeekSheet:
    return print_sheet(placement=garage.lina, day=MONDAY, by=STUDENT, at=at(MONDAY))


def test_e29_a_student_prints_one_page_with_the_planned_days_two_signatures_and_the_code(garage):
    client = signed_in(garage.lina.learner.user)
    page = client.get(url("week_sheet", garage.lina.public_id))
    assert "Week 47, 16 to 22 November" in text(page)
    assert not WeekSheet.objects.filter(placement=garage.lina).exists()
    answer = client.post(url("week_sheet", garage.lina.public_id), {"week": "2026-11-18"}, follow=True)
    sheet = WeekSheet.objects.get(placement=garage.lina)
    reader = pypdf.PdfReader(io.BytesIO(answer.content))
    words = " ".join(reader.pages[0].extract_text().split())
    assert len(reader.pages) == 1
    assert [part for part in (
        "Lina Kowal", "Marek Motors", "47: Mon 16 Nov to Sun 22 Nov 2026", "Mon 16 Nov", "Sun 22 Nov", "08:00 to 16:00",
        "Supervisor at the workplace", sheet.code, "/sheet/",
    ) if part not in words] == []  # fmt: skip
    assert words.count("08:00 to 16:00") == 3


def test_e29_whoever_has_the_code_sends_the_photo_and_nobody_else_finds_it(garage):
    sheet = sheet_of(garage)
    client = signed_in(garage.lina.learner.user)
    typed = client.get(url("sheet_find"), {"code": sheet.code.lower().replace("-", " ")})
    assert (typed.status_code, typed["Location"]) == (302, url("sheet_upload", sheet.code))
    assert client.get(url("sheet_find"), {"code": "AAAA-AAAA"}).status_code == 422
    wrong = client.post(url("sheet_upload", sheet.code), {"file": SimpleUploadedFile("a.txt", b"hello")})
    assert (wrong.status_code, "Hand in a PDF" in text(wrong)) == (422, True)
    assert client.post(url("sheet_upload", sheet.code), {"file": photo()}).status_code == 302
    sheet.refresh_from_db()
    assert (sheet.sent_by, sheet.document.media_type) == (garage.lina.learner, "image/jpeg")
    assert client.get(url("sheet_file", sheet.public_id))["Content-Type"] == "image/jpeg"
    other = signed_in(garage.jonas.learner.user)
    asked = (
        url("sheet_upload", sheet.code),
        url("sheet_file", sheet.public_id),
        url("week_sheet_pdf", sheet.public_id),
    )
    assert [other.get(one).status_code for one in asked] == [404, 404, 404]
    assert other.get(url("sheet_find"), {"code": sheet.code}).status_code == 422


def test_e29_the_host_prints_and_sends_by_link_without_an_account(garage):
    token = link_of(garage)
    printed = Client().post(url("link_week_sheet", token, garage.lina.public_id), {"week": "2026-11-16"})
    sheet = WeekSheet.objects.get(placement=garage.lina)
    assert printed["Location"] == url("link_week_sheet_pdf", token, sheet.public_id)
    assert Client().get(printed["Location"])["Content-Type"] == "application/pdf"
    assert Client().post(url("link_sheet_upload", token, sheet.code), {"file": photo()}).status_code == 302
    assert "The sheet is with the school" in text(Client().get(url("link_sheet_upload", token, sheet.code)))
    sheet.refresh_from_db()
    assert sheet.sent_by == garage.marek.person
    foreign = print_sheet(placement=garage.stranger, day=MONDAY, by=HOST, at=at(MONDAY))
    assert Client().get(url("link_sheet_upload", token, foreign.code)).status_code == 404
    feedback = link_of(garage, Link.Purpose.FEEDBACK)
    assert Client().get(url("link_sheet_upload", feedback, sheet.code)).status_code == 404


def told(garage, **more) -> dict:
    return {
        "key": "7d0f1f0e-3f0e-4a86-9d8f-0d5b2f6c1a11",
        "channel": "phone",
        "host": str(garage.marek.person.public_id),
        "on": "2026-11-20",
        "starts_at_2026-11-17": "08:00",
        "ends_at_2026-11-17": "16:00",
        "break_minutes_2026-11-17": "30",
        "note_2026-11-17": "Brakes",
        **more,
    }


def test_e29_the_coordinator_writes_a_call_down_and_everybody_sees_the_mark(garage):
    logged = work(garage.lina, MONDAY)
    client, here = signed_in(garage.ada.user), url("report_hours", garage.lina.public_id)
    page = text(client.get(here))
    assert ("Logged: 7 h 30, 08:00 to 16:00" in page, "Planned: 08:00 to 16:00" in page) == (True, True)
    assert "Zenobia" not in page
    answer = {f"hours_{logged.pk}": "7", f"minutes_{logged.pk}": "30", f"seen_{logged.pk}": "450"}
    for _time in range(2):
        assert client.post(here, told(garage, **answer)).status_code == 302
    assert list(entries().order_by("day").values_list("day", "origin", "state", "confirmed_minutes")) == [
        (MONDAY, "learner", WorkEntry.State.CONFIRMED, 450),
        (TUESDAY, "school", WorkEntry.State.CONFIRMED, 450),
    ]
    assert (answers().get().channel, answers().get().recorded_by) == ("phone", garage.ada)
    for reader in (garage.ada, garage.lina.learner):
        hours = text(signed_in(reader.user).get(url("hours", garage.lina.public_id)))
        assert hours.count(f"{MARK} (by phone)") == 2


def test_a_report_that_comes_back_keeps_what_was_typed_and_says_what_to_mend(garage):
    client, here = signed_in(garage.ada.user), url("report_hours", garage.lina.public_id)
    answer = client.post(here, told(garage, host="", **{"ends_at_2026-11-17": ""}))
    assert answer.status_code == 422
    assert ("Say who told it." in text(answer), "Write both times" in text(answer)) == (True, True)
    assert 'value="Brakes"' in text(answer)
    long = client.post(here, told(garage, **{"ends_at_2026-11-17": "21:00"}))
    assert (long.status_code, "more than 12 hours" in text(long), entries().count()) == (422, True, 0)
    assert client.post(here, told(garage, long_day="on", **{"ends_at_2026-11-17": "21:00"})).status_code == 302


def test_e29_a_sent_sheet_is_written_down_from_the_scan(garage):
    sheet = sheet_of(garage)
    client = signed_in(garage.ada.user)
    client.post(url("sheet_upload", sheet.code), {"file": photo()})
    here = f"{url('report_hours', garage.lina.public_id)}?week=2026-11-16"
    assert url("sheet_file", sheet.public_id) in text(client.get(here))
    assert client.post(here, told(garage, channel="paper", by_student="on")).status_code == 302
    sheet.refresh_from_db()
    assert (sheet.recorded_at, answers().get().document) == (at(FRIDAY), sheet.document)
    assert f"{MARK} (on paper)" in text(client.get(url("hours", garage.lina.public_id)))
    assert client.get(here.replace("2026-11-16", "2026-11-23")).status_code == 404
    assert client.get(here.replace("2026-11-16", "yesterday")).status_code == 404
