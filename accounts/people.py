"""Persons and the address at which they are written to."""

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import get_language

from accounts.models import ContactPoint, Person
from core.names import sort_key


def people_at(email: str) -> QuerySet[Person]:
    """Everybody who is written to at this address, the one who was noted first at the head."""
    address = {"contact_points__channel": ContactPoint.Channel.EMAIL, "contact_points__address__iexact": email}
    return Person.objects.filter(**address).order_by("pk")


def new_person(*, given_name: str, family_name: str, email: str, language: str = "") -> Person:
    """Somebody new; written to in the language of whoever writes them down, unless another one is known."""
    person = Person.objects.create(
        given_name=given_name,
        family_name=family_name,
        sort_key=sort_key(family_name, given_name)[:220],
        language=language or get_language() or settings.LANGUAGE_CODE,
    )
    ContactPoint.objects.create(person=person, channel=ContactPoint.Channel.EMAIL, address=email.lower())
    return person
