"""The language switch works for everybody, also for a host who has no account."""

import pytest
from django.urls import reverse


@pytest.mark.django_db
def test_somebody_without_an_account_chooses_a_language(client):
    answer = client.post(reverse("set_language"), {"language": "fr", "next": "/somewhere/"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/somewhere/")
    assert answer.cookies["django_language"].value == "fr"
