"""What the letters say, in both languages."""

from datetime import date

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import translation

from accounts.models import Link
from reminders import composing, letters
from reminders.letters import hosts
from reminders.letters.parts import Matter
from reminders.letters.samples import samples
from reminders.models import Due, Kind, Outbox
from tests.placements.college import NOW

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
@pytest.mark.parametrize("kind", list(letters.LETTERS))
def test_every_letter_is_whole_in_every_language(world, kind, language):
    letter = composing.preview(kind, language=language, school=world.college.school, today=TODAY)
    assert letter.language == language
    assert letter.subject
    assert "\n" not in letter.subject
    for body in (letter.text, letter.html):
        assert "Sam Okoro" in body
        assert "Test College" in body
        assert "https://school.example/link/abc/" in body
        assert "None" not in body
        assert "{" not in body
    assert f'lang="{language}"' in letter.html


def test_the_subject_says_how_many_students_and_which_week():
    sample = samples(Kind.CONFIRM, TODAY)[0]
    other = Matter(**{**vars(sample), "student": "Jo Marsh"})
    with translation.override("en"):
        assert hosts.confirm([sample]).subject == "Please confirm the hours of 1 student, week 48"
        assert hosts.confirm([sample, other]).subject == "Please confirm the hours of 2 students, week 48"


def test_a_letter_about_several_things_begins_with_the_most_urgent():
    parts = [letters.LETTERS[kind](samples(kind, TODAY)) for kind in (Kind.SIGN, Kind.FEEDBACK, Kind.ASSESS)]
    with translation.override("en"):
        assert letters.subject_of(parts[:1]) == "Please sign the agreement for a placement"
        assert letters.subject_of(parts[:2]) == "Please sign the agreement for a placement, and one more thing"
        assert letters.subject_of(parts) == "Please sign the agreement for a placement, and 2 more things"


def test_names_in_the_html_are_escaped_and_in_the_text_as_they_are(world):
    world.college.school.name = "Smith & Sons <School>"
    letter = composing.preview(Kind.SIGN, language="en", school=world.college.school, today=TODAY)
    assert "Smith & Sons <School>, sent by Passerelle" in letter.text
    assert "Smith &amp; Sons &lt;School&gt;, sent by Passerelle" in letter.html


SIGNED_IN = {
    Kind.CONFIRM: "placements:host",
    Kind.FEEDBACK: "placements:host_closing",
    Kind.ASSESS: "credits:to_decide",
    Kind.HOURS_CHANGED: "placements:hours",
}


@pytest.mark.parametrize("kind", list(SIGNED_IN))
def test_who_has_an_account_is_led_to_the_page_itself(world, kind):
    placement = world.running()
    world.log(placement, date(2027, 1, 4))
    teacher = world.college.teacher.user.person
    outbox = Outbox.objects.create(
        person=teacher, school=placement.school, day=TODAY, letter=kind, reader="teacher", message_id="<1@test>",
        next_attempt_at=NOW,
    )  # fmt: skip
    row = Due.objects.create(
        kind=kind, subject_id=placement.pk, series="2027-01-04", round="ask", person=teacher, school=placement.school,
        reader="teacher", about_placement_id=placement.pk, due_at=NOW, outbox=outbox,
    )  # fmt: skip
    name = SIGNED_IN[kind]
    path = reverse(name, args=[placement.public_id] if name in ("placements:host_closing", "placements:hours") else [])
    letter = composing.compose(outbox, [row], now=NOW)
    assert f"http://127.0.0.1:8000{path}" in letter.text
    assert "Nia Berg" in letter.text or kind == Kind.HOURS_CHANGED
    assert not Link.objects.exists()
