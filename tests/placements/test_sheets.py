"""The week on paper (E29): a sheet with a code, and its photo or scan."""

import re
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile

from accounts.models import Document
from accounts.roles import Role
from core.workflow import Actor, Refused
from placements.models import WeekSheet
from placements.workflow.sheets import print_sheet, send_sheet
from tests.placements.garage import HOST, MONDAY, STUDENT, at, build, moves

pytestmark = pytest.mark.django_db
SCAN = b"%PDF-1.7 the filled sheet"


@pytest.fixture
def lina():
    return build().lina


def printed(placement, day=MONDAY, by=STUDENT) -> WeekSheet:
    return print_sheet(placement=placement, day=day, by=by, at=at(MONDAY))


def send(sheet, content=SCAN, **changes) -> WeekSheet:
    values = {"person": sheet.placement.learner, "by": STUDENT, "at": at(MONDAY)} | changes
    return send_sheet(sheet=sheet, file=ContentFile(content), **values)


def test_e29_a_week_has_one_sheet_with_one_code_whoever_prints_it(lina):
    first, again = printed(lina), printed(lina, MONDAY + timedelta(days=4), by=HOST)
    assert first == again
    assert (first.week_starts_on, first.code) == (MONDAY, again.code)
    assert re.fullmatch(r"[2-9A-HJKMNP-TV-Z]{4}-[2-9A-HJKMNP-TV-Z]{4}", first.code)
    assert printed(lina, MONDAY - timedelta(days=7)).code != first.code


def test_e29_weeks_outside_the_placement_and_teachers_get_no_sheet(lina):
    with pytest.raises(Refused, match="outside the placement"):
        printed(lina, lina.ends_on + timedelta(days=7))
    with pytest.raises(Refused):
        printed(lina, by=Actor("user", 3, Role.TEACHER))


def test_e29_the_filled_sheet_is_kept_once_until_the_school_has_written_it_down(lina):
    sheet = printed(lina)
    assert bytes(send(sheet).document.content) == SCAN
    assert send(sheet, at=at(MONDAY, 19)).sent_at == at(MONDAY)
    assert bytes(send(sheet, b"%PDF-1.7 better").document.content) == b"%PDF-1.7 better"
    assert list(moves().filter(noun="week_sheet").order_by("pk").values_list("verb", flat=True)) == [
        "print",
        "send",
        "send",
    ]
    WeekSheet.objects.filter(pk=sheet.pk).update(recorded_at=at(MONDAY))
    with pytest.raises(Refused, match="written this week down already"):
        send(sheet)


def test_e29_a_file_that_is_no_picture_and_no_pdf_is_refused(lina):
    with pytest.raises(Refused, match="Hand in a PDF"):
        send(printed(lina), b"hello")
    assert not Document.objects.filter(kind="week_sheet", organisation=lina.school).exists()
