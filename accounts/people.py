"""Persons and the address at which they are written to."""

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import get_language

from accounts.models import ContactPoint, Person, User
from core.names import sort_key


def people_at(email: str) -> QuerySet[Person]:
    """Everybody who is written to at this address, the one who was noted first at the head."""
    points = _mail_points().filter(address__iexact=email).exclude(state=ContactPoint.State.REPLACED)
    return Person.objects.filter(pk__in=points.values("person")).order_by("pk")


def mail_address_of(person_id: int) -> str | None:
    """The person's first mail address that works; that of the account when there is none at all."""
    points = list(_mail_points().filter(person=person_id).order_by("pk"))
    working = [point.address for point in points if point.state == ContactPoint.State.WORKING]
    if points:
        return working[0] if working else None
    return User.objects.filter(person=person_id).values_list("email", flat=True).first()


def mail_addresses_of(person_id: int) -> list[ContactPoint]:
    """All that letters are or were written to, without those that were replaced; the first one is tried first."""
    points = _mail_points().filter(person=person_id).exclude(state=ContactPoint.State.REPLACED)
    return list(points.order_by("pk"))


def phone_of(person_id: int) -> str | None:
    """The person's first phone number that works."""
    points = ContactPoint.objects.filter(person=person_id, channel=ContactPoint.Channel.PHONE)
    return points.filter(state=ContactPoint.State.WORKING).order_by("pk").values_list("address", flat=True).first()


def mark_bounced(person_id: int, address: str) -> None:
    """Pass over an address at which mail does not arrive; the next one that works takes its place."""
    points = _mail_points().filter(person=person_id, address__iexact=address, state=ContactPoint.State.WORKING)
    points.update(state=ContactPoint.State.BOUNCED)


def try_again(person_id: int) -> None:
    """Write to the addresses of a person again, such as after the coordinator has asked what was wrong."""
    points = _mail_points().filter(person=person_id, state=ContactPoint.State.BOUNCED)
    points.update(state=ContactPoint.State.WORKING)


def replace_address(person_id: int, address: str) -> None:
    """Write to this address alone from now on. The others stay, marked, so that no register brings them back."""
    _mail_points().filter(person=person_id).update(state=ContactPoint.State.REPLACED)
    ContactPoint.objects.update_or_create(
        person_id=person_id,
        channel=ContactPoint.Channel.EMAIL,
        address=address.lower(),
        defaults={"state": ContactPoint.State.WORKING},
    )


def signs_in_with_mail(person_id: int) -> bool:
    """Whether the person has an account: its address receives the codes for signing in."""
    return User.objects.filter(person=person_id, is_active=True).exists()


def _mail_points() -> QuerySet[ContactPoint]:
    return ContactPoint.objects.filter(channel=ContactPoint.Channel.EMAIL)


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
