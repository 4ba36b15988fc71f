"""A list as a file: exactly what is shown, and nothing that a spreadsheet would run."""

import csv
import io
from datetime import date

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Person
from accounts.roles import Role
from core.export import Format, answer, neutral
from core.names import sort_key
from employers.models import Employer, SchoolEmployer
from placements.models import Placement
from schools.models import Student
from tests.placements import college

FORMULAE = ["=1+1", "+49 30 1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\xa0=1", "＝1", '=HYPERLINK("x")']


def table(response) -> list[list[str]]:
    text = response.content.decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:])))


def cells(response) -> list[list]:
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


@pytest.mark.parametrize("text", FORMULAE)
@pytest.mark.parametrize("kind", Format)
def test_no_text_is_run_as_a_formula(text, kind):
    response = answer([["Name"], [text]], kind=kind, name="people")
    if kind == Format.CSV:
        assert table(response)[1][0].startswith("'")
    else:
        cell = openpyxl.load_workbook(io.BytesIO(response.content)).worksheets[0]["A2"]
        assert (cell.data_type, cell.value[0]) == ("s", "'")


def test_numbers_and_days_stay_what_they_are():
    row = [-450, 0, None, date(2027, 1, 4), "Lina", "a=b", "x-y"]
    assert [neutral(cell) for cell in row] == row
    assert table(answer([row], kind=Format.CSV, name="x"))[0] == ["-450", "0", "", "2027-01-04", "Lina", "a=b", "x-y"]
    found = cells(answer([row], kind=Format.XLSX, name="x"))[0]
    assert found[:3] == [-450, 0, None]
    assert found[3].date() == date(2027, 1, 4)


def test_letters_that_no_workbook_may_hold_are_left_out():
    assert cells(answer([["a\x0bb"]], kind=Format.XLSX, name="x")) == [["ab"]]


@pytest.fixture
def school(db):
    return college.build()


def fill(school, number: int) -> None:
    """Students with placements, more than one page of the list holds."""
    for one in range(number):
        given, family = f"Ada{one}", f"Quill{one:02}"
        person = Person.objects.create(given_name=given, family_name=family, sort_key=sort_key(family, given))
        pupil = Student.objects.create(person=person, school=school.school)
        enrolment = pupil.enrolments.create(cohort=school.enrolment.cohort, starts_on=date(2026, 8, 24))
        Placement.objects.create(
            school=school.school, learner=person, enrolment=enrolment, employer=school.site.employer,
            coordinator=school.coordinator.user.person, starts_on=date(2027, 1, 4), ends_on=date(2027, 3, 5),
        )  # fmt: skip


@pytest.fixture
def office(client, school):
    client.force_login(school.coordinator.user)
    return client


def test_the_file_of_placements_holds_all_pages_in_the_order_of_the_list(school, office):
    fill(school, 30)
    url = reverse("reports:export", args=["placements", "csv"])
    head, *rows = table(office.get(url, {"q": "quill"}))
    assert head == ["Student", "Workplace", "Programme", "First day", "Last day", "State"]
    assert rows[0] == ["Ada0 Quill00", "Novak Garage", "Vehicles", "2027-01-04", "2027-03-05", "Being agreed"]
    shown = [
        row.learner.full_name
        for page in (1, 2)
        for row, _states in office.get(reverse("reports:placements"), {"q": "quill", "page": page}).context["rows"]
    ]
    assert len(shown) == 30
    assert [row[0] for row in rows] == shown


@pytest.mark.parametrize(
    ("query", "number"),
    [("", 4), ("q=quill02", 1), ("state=ready", 0), ("from=2027-01-05", 0), ("to=2027-01-04", 4), ("mine=1", 3)],
)
def test_the_file_has_the_filters_of_the_list(school, office, query, number):
    fill(school, 3)
    school.placement(coordinator=None)
    address = f"{reverse('reports:placements')}?{query}"
    assert office.get(address).context["page"].paginator.count == number
    rows = table(office.get(f"{reverse('reports:export', args=['placements', 'csv'])}?{query}"))
    assert len(rows) == 1 + number


def test_the_file_of_students_has_minutes_as_numbers(school, office):
    fill(school, 1)
    url = reverse("reports:export", args=["students", "xlsx"])
    assert cells(office.get(url)) == [
        ["Student", "Cohort", "Workplace", "State", "Credited minutes", "Minutes to reach"],
        ["Nia Berg", "Vehicles, 2nd year", None, None, 0, 18900],
        ["Ada0 Quill00", "Vehicles, 2nd year", "Novak Garage", "Being agreed", 0, 18900],
    ]
    assert len(cells(office.get(url, {"without": "1"}))) == 2


def test_the_file_of_firms_holds_what_the_list_shows_with_its_filters(school, office):
    SchoolEmployer.objects.filter(school=school.school).update(tier="light", owner=school.teacher.user.person)
    Employer.objects.filter(pk=school.site.employer_id).update(size_from=10, size_to=49)
    quay = Employer.objects.create(name="Quay Motors", sort_key="quay motors", identity="name:GB:quay motors:")
    SchoolEmployer.objects.create(school=school.school, employer=quay, recognised_on=date(2026, 11, 24))
    url = reverse("reports:export", args=["employers", "csv"])
    assert table(office.get(url)) == [
        ["Firm", "Recognised host since", "People", "Sites", "Tier", "Looked after by"],
        ["Novak Garage", "", "10 to 49 people", "1", "Light", "Tom Hale"],
        ["Quay Motors", "2026-11-24", "Not known", "0", "Standard", ""],
    ]
    for query, names in (
        ("q=QUAY", ["Quay Motors"]),
        ("tier=light", ["Novak Garage"]),
        ("recognised=1", ["Quay Motors"]),
    ):
        assert [row[0] for row in table(office.get(f"{url}?{query}"))[1:]] == names


def test_the_name_of_a_firm_is_neutral_too(school, office):
    Employer.objects.filter(pk=school.site.employer_id).update(name="=cmd()")
    fill(school, 1)
    assert table(office.get(reverse("reports:export", args=["placements", "csv"])))[1][1] == "'=cmd()"


def cost(office, name: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        office.get(reverse("reports:export", args=[name, "csv"]))
    return len(captured)


@pytest.mark.parametrize(("name", "queries"), [("placements", 7), ("students", 9)])
def test_a_file_costs_the_same_queries_for_three_rows_and_for_thirty(school, office, name, queries):
    fill(school, 3)
    few = cost(office, name)
    Placement.objects.filter(school=school.school).delete()
    fill(school, 30)
    assert [few, cost(office, name)] == [queries, queries]


def test_a_teacher_takes_no_more_than_the_own_list(cast):
    teacher = cast.client(cast.insider(Role.TEACHER))
    page = teacher.get(reverse("reports:students")).context["page"]
    assert len(table(teacher.get(reverse("reports:export", args=["students", "csv"])))) == 1 + page.paginator.count


@pytest.mark.parametrize("what", [("letters", "csv"), ("placements", "pdf")])
def test_there_is_no_other_list_and_no_other_kind_of_file(office, what):
    assert office.get(reverse("reports:export", args=what)).status_code == 404
