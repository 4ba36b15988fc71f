"""Search from anywhere: part of a name, in any order, without accents and case; and never past a door."""

import pytest
from django.urls import reverse

from accounts.models import Person
from accounts.roles import Role
from core.names import sort_key
from reports.queries.search import SHOWN, Group, search
from schools.models import Student
from tests.conftest import TODAY
from tests.placements import college


@pytest.fixture
def school(db):
    return college.build()


def student(school, given: str, family: str) -> Student:
    person = Person.objects.create(given_name=given, family_name=family, sort_key=sort_key(family, given))
    return Student.objects.create(person=person, school=school.school)


def groups(school, q: str, viewer=None) -> dict[str, Group]:
    return {group.label: group for group in search(viewer or school.coordinator, q, today=TODAY)}


def titles(school, q: str, viewer=None) -> dict[str, list[str]]:
    return {label: [hit.title for hit in group.hits] for label, group in groups(school, q, viewer).items()}


@pytest.mark.parametrize("q", ["émile zóla", "ZOLA EMILE", "mil", "ol", "zola, e".replace(",", ""), "  Émile  "])
def test_a_part_of_a_name_is_enough_in_any_order_and_without_accents_and_case(school, q):
    student(school, "Émile", "Zóla")
    assert titles(school, q)["Students"] == ["Émile Zóla"]


def test_every_word_has_to_fit(school):
    student(school, "Émile", "Zóla")
    assert titles(school, "emile novak") == {}


def test_one_name_finds_the_student_the_placement_the_firm_the_site_and_the_supervisor(school):
    school.placement()
    assert titles(school, "berg") == {"Students": ["Nia Berg"], "Placements": ["Nia Berg"]}
    assert titles(school, "novak") == {
        "Placements": ["Nia Berg"],
        "Employers": ["Novak Garage"],
        "Supervisors": ["Milan Novak"],
    }
    assert titles(school, "dock ro") == {"Sites": ["Novak Garage"]}


def test_a_hit_says_what_tells_it_from_others_of_that_name(school):
    school.placement()
    found = groups(school, "berg")
    assert found["Students"].hits[0].text == "Vehicles, 2nd year"
    placement = found["Placements"].hits[0]
    assert placement.text.replace("\xa0", " ") == "Novak Garage, Mon 4 Jan to Fri 5 Mar 2027"
    assert (placement.tone, placement.state) == ("warn", "Being agreed")


@pytest.mark.parametrize("q", ["", "n", " n ", "´"])
def test_less_than_two_letters_find_nothing_and_the_page_says_what_to_do(cast, q):
    answer = cast.client(cast.insider(Role.COORDINATOR)).get(reverse("reports:search"), {"q": q})
    assert answer.status_code == 200
    assert "Two letters are enough" in answer.content.decode()


def test_of_many_the_first_are_shown_by_name_and_the_list_has_all(school):
    for number in range(SHOWN + 2):
        student(school, "Ada", f"Quill{number:02}")
    found = groups(school, "quill")["Students"]
    assert [hit.title for hit in found.hits] == [f"Ada Quill{number:02}" for number in range(SHOWN)]
    assert found.more == f"{reverse('reports:students')}?q=quill"


def test_the_lists_find_the_same_words_in_any_order(cast):
    client = cast.client(cast.insider(Role.COORDINATOR))
    for name in ("reports:students", "reports:placements"):
        assert "Lina Kowal" in client.get(reverse(name), {"q": "lina kowal"}).content.decode(), name


def test_a_teacher_finds_only_those_whose_pages_open(cast):
    teacher = cast.insider(Role.TEACHER)
    client = cast.client(teacher)
    for group in search(teacher, "an", today=TODAY):
        for hit in group.hits:
            assert client.get(hit.url).status_code == 200, hit.url


def test_another_school_finds_nothing_of_this_one(cast, school):
    student(school, "Émile", "Zóla")
    assert search(cast.insider(Role.COORDINATOR), "zola", today=TODAY) == []


def test_the_box_stands_on_every_page_of_the_staff_and_on_no_other(cast):
    for role in Role:
        page = cast.client(cast.insider(role)).get("/").content.decode()
        assert ('class="search-box"' in page) == (role in (Role.COORDINATOR, Role.TEACHER, Role.HEAD)), role


def test_typing_fetches_the_same_piece_that_the_whole_page_shows(cast):
    client = cast.client(cast.insider(Role.COORDINATOR))
    piece = client.get(reverse("reports:search"), {"q": "kowal"}, headers={"HX-Request": "true"}).content.decode()
    whole = client.get(reverse("reports:search"), {"q": "kowal"}).content.decode()
    assert "Lina Kowal" in piece
    assert "<html" not in piece
    assert piece.strip() in whole
