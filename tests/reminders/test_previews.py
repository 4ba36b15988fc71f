"""What the letters say: every kind can be looked at, about real things of the school where there are some."""

import pytest
from django.urls import reverse

from accounts.models import Link
from accounts.roles import Role
from core.models import Transition
from reminders.letters import LETTERS
from reminders.models import Due, Kind, Outbox
from tests.placements.college import NOW
from tests.reminders.conftest import post, sweep

PREVIEW = "/letters/preview/"


@pytest.fixture
def office(world, client):
    client.force_login(world.college.coordinator.user)
    return client


def rows() -> tuple:
    models = (Due, Outbox, Link, Transition)
    return tuple(list(model.objects.order_by("pk").values_list()) for model in models)


def test_a_kind_of_which_the_school_has_something_speaks_of_it_and_mints_no_link(office, world):
    world.proposed()
    sweep(NOW)
    Due.objects.exclude(reader="host").delete()
    before = rows()
    page = office.get(PREVIEW, {"kind": "sign", "language": "en"})
    text = page.content.decode()
    assert "As it would go to Milan Novak (Host) now." in text
    assert "The agreement for the placement of Nia Berg at" in text
    assert "/link/example/" in text
    assert rows() == before


def test_the_address_where_a_reader_chooses_is_not_given_to_the_school(office, world):
    world.proposed()
    sweep(NOW)
    text = office.get(PREVIEW, {"kind": "sign"}).content.decode()
    assert "/letters/off/example/" in text
    assert text.count("/letters/off/") == text.count("/letters/off/example/")


@pytest.mark.parametrize("kind", LETTERS)
def test_a_kind_of_which_the_school_has_nothing_speaks_of_invented_people(office, kind):
    text = office.get(reverse("reminders:preview", args=[kind]), {"language": "en"}).content.decode()
    assert "The people in this letter are invented" in text
    assert "Hello Sam Okoro," in text


def test_a_letter_can_be_looked_at_in_each_language_with_its_header_fields_and_parts(office):
    for language, direction in (("en", "ltr"), ("fr", "ltr"), ("ar", "rtl")):
        page = office.get(PREVIEW, {"kind": "sign", "language": language})
        found = page.context["preview"]
        assert (found.letter.language, found.direction) == (language, direction)
        assert {"Auto-Submitted": "auto-generated", "Content-Language": language}.items() <= dict(found.headers).items()
        assert found.parts == ["text/plain", "text/html"]


def test_a_talk_is_shown_with_nobody_even_where_a_student_has_asked(office, world):
    college = world.college
    Due.objects.create(
        kind=Kind.TALK, subject_id=1, person=college.teacher.user.person, school=college.school, reader="school",
        round="ask", due_at=NOW,
    )  # fmt: skip
    if Kind.TALK in LETTERS:
        text = office.get(PREVIEW, {"kind": "talk", "language": "en"}).content.decode()
        assert "The people in this letter are invented" in text
        assert "Berg" not in text


@pytest.mark.parametrize("path", ["nonsense/", "sign/?language=xx", "?kind=nonsense"])
def test_an_unknown_letter_or_language_is_not_there(office, path):
    assert office.get(PREVIEW + path).status_code == 404


def test_in_the_demo_world_every_kind_has_a_preview_and_looking_changes_no_row(cast, django_assert_max_num_queries):
    client = cast.client(cast.insider(Role.COORDINATOR))
    sweep(NOW)
    post(NOW)
    client.get(PREVIEW)
    before = rows()
    for kind in LETTERS:
        with django_assert_max_num_queries(12):
            page = client.get(PREVIEW, {"kind": kind})
        assert page.status_code == 200
        assert page.context["preview"].letter.subject
    assert rows() == before
