"""What a reader of Arabic gets: a page that runs from the right, and a word about who has read its texts."""

import pytest
from django.conf import settings
from django.template import Context, Template
from django.urls import reverse
from django.utils import translation

from accounts.models import Person
from accounts.roles import Role
from core.paper import direction
from core.templatetags.ui import icon

UNREAD = "لم يقرأ متحدث أصلي باللغة العربية هذه الترجمة بعد."


def page(client, language: str) -> str:
    client.cookies["django_language"] = language
    return client.get(reverse("account_login")).content.decode()


@pytest.mark.django_db
def test_an_arabic_page_runs_from_the_right_and_takes_its_mirrored_styles(client):
    text = page(client, "ar")
    assert '<html lang="ar" dir="rtl"' in text
    assert "bootstrap.rtl.min" in text
    assert "bootstrap.min" not in text


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "said"), [("ar", 1), ("fr", 0), ("en", 0)])
def test_only_readers_of_an_unread_translation_are_told_so(client, language, said):
    assert page(client, language).count('class="muted small unreviewed"') == said


@pytest.mark.django_db
def test_the_footer_says_it_in_arabic(client):
    assert UNREAD in page(client, "ar")


def test_every_unread_translation_is_a_language_of_the_site():
    assert set(settings.UNREVIEWED_LANGUAGES) <= {code for code, _name in settings.LANGUAGES}


def test_a_person_keeps_arabic_for_letters(cast):
    member = cast.insider(Role.STUDENT)
    cast.client(member).post(reverse("set_language"), {"language": "ar", "next": "/"})
    assert Person.objects.get(user=member.user).language == "ar"


@pytest.mark.parametrize(("name", "points"), [("chevron-right", True), ("undo-2", True), ("search", False)])
def test_only_icons_that_point_somewhere_are_mirrored(name, points):
    assert ("icon-points" in icon(name)) == points


def test_a_name_keeps_its_own_direction_beside_arabic_words():
    with translation.override("ar"):
        drawn = Template('{% person "Sam (2)" note="طالب" %}').render(Context())
    assert "<bdi>Sam (2)</bdi>" in drawn


@pytest.mark.parametrize(
    ("text", "way"), [("اتفاقية", "rtl"), ("1. اتفاقية", "rtl"), ("Agreement", "ltr"), ("12 – 14", "ltr"), ("", "ltr")]
)
def test_a_paper_runs_as_the_first_letter_of_its_text(text, way):
    assert direction(text) == way
