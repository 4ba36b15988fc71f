"""The language switch works for everybody, also for a host who has no account."""

import pytest
from django.urls import reverse

from accounts.models import Person
from accounts.roles import Role


@pytest.mark.django_db
def test_somebody_without_an_account_chooses_a_language(client):
    answer = client.post(reverse("set_language"), {"language": "fr", "next": "/somewhere/"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/somewhere/")
    assert answer.cookies["django_language"].value == "fr"


@pytest.mark.parametrize(("chosen", "kept"), [("fr", "fr"), ("xx", "en"), ("", "en")])
def test_who_has_signed_in_gets_letters_in_the_chosen_language(cast, chosen, kept):
    member = cast.insider(Role.STUDENT)
    others = Person.objects.exclude(user=member.user)
    before = sorted(others.values_list("pk", "language"))
    client = cast.client(member)
    assert client.post(reverse("set_language"), {"language": chosen, "next": "/me/hours/"}).url == "/me/hours/"
    assert Person.objects.get(user=member.user).language == kept
    assert sorted(others.values_list("pk", "language")) == before
