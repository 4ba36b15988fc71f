"""Persons and the address at which they are written to."""

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import get_language

from accounts.models import ContactPoint, Person, User
from core.names import sort_key


def people_at(email: str) -> QuerySet[Person]:
    """Everybody who is written to at this address, the one who was noted first at the head."""
    address = {"contact_points__channel": ContactPoint.Channel.EMAIL, "contact_points__address__iexact": email}
    return Person.objects.filter(**address).order_by("pk")


def mail_address_of(person_id: int) -> str | None:
    """The person's first mail address that works; that of the account when there is none at all."""
    points = list(ContactPoint.objects.filter(person=person_id, channel=ContactPoint.Channel.EMAIL).order_by("pk"))
    working = [point.address for point in points if point.state == ContactPoint.State.WORKING]
    if points:
        return working[0] if working else None
    return User.objects.filter(person=person_id).values_list("email", flat=True).first()


def mark_bounced(person_id: int, address: str) -> None:
    """Pass over an address at which mail does not arrive; the next one that works takes its place."""
    points = ContactPoint.objects.filter(person=person_id, channel=ContactPoint.Channel.EMAIL, address__iexact=address)
    points.update(state=ContactPoint.State.BOUNCED)


def try_again(person_id: int) -> None:
    """Write to the addresses of a person again, such as after the coordinator has asked what was wrong."""
    points = ContactPoint.objects.filter(person=person_id, channel=ContactPoint.Channel.EMAIL)
    points.update(state=ContactPoint.State.WORKING)


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
