"""What the letters say, in both languages."""

from datetime import date

import pytest
from django.conf import settings
from django.utils import translation

from reminders import composing, letters
from reminders.models import Kind

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
@pytest.mark.parametrize("kind", list(Kind))
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
    sample = letters.samples(Kind.CONFIRM, TODAY)[0]
    other = letters.Matter(**{**vars(sample), "student": "Jo Marsh"})
    with translation.override("en"):
        assert letters.confirm([sample]).subject == "Please confirm the hours of 1 student, week 48"
        assert letters.confirm([sample, other]).subject == "Please confirm the hours of 2 students, week 48"


def test_a_letter_about_several_things_begins_with_the_most_urgent():
    parts = [letters.LETTERS[kind](letters.samples(kind, TODAY)) for kind in (Kind.SIGN, Kind.FEEDBACK, Kind.ASSESS)]
    with translation.override("en"):
        assert letters.subject_of(parts[:1]) == "Please sign the agreement for a placement"
        assert letters.subject_of(parts[:2]) == "Please sign the agreement for a placement, and one more thing"
        assert letters.subject_of(parts) == "Please sign the agreement for a placement, and 2 more things"


def test_names_in_the_html_are_escaped_and_in_the_text_as_they_are(world):
    world.college.school.name = "Smith & Sons <School>"
    letter = composing.preview(Kind.SIGN, language="en", school=world.college.school, today=TODAY)
    assert "Smith & Sons <School>, sent by Passerelle" in letter.text
    assert "Smith &amp; Sons &lt;School&gt;, sent by Passerelle" in letter.html
