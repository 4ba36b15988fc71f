"""Which letters a reader does without: by class, chosen on a page or with one press in a mail program (RFC 8058).

The token in a letter names the person and the class of that letter, is signed, and opens nothing else.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.roles import Role
from core.workflow import SYSTEM, Actor, Move, Workflow
from reminders.kinds import CLASS_OF
from reminders.models import Kind, MessageClass, Unwanted

_SIGNER = Signer(salt="reminders.choices", sep=".")

CHOICES = Workflow(
    noun="letters",
    moves=(Move("choose", gettext_lazy("Choose letters"), (), None, frozenset({*Role, SYSTEM})),),
    school_id=lambda person: None,
)


def token_of(person: Person, message_class: MessageClass) -> str:
    """The same for the same person and class, so that an old letter still leads to the page."""
    return _SIGNER.sign(f"{person.public_id.hex}.{message_class}")


def read(token: str) -> tuple[Person, MessageClass] | None:
    """Whose choices a token opens, and which class its letter belonged to; None for a token that is not ours."""
    try:
        public_id, message_class = _SIGNER.unsign(token).split(".")
    except BadSignature:
        return None
    person = Person.objects.filter(public_id=UUID(public_id)).first()
    return (person, MessageClass(message_class)) if person else None


def address_of(person: Person, kind: Kind) -> str:
    """Where the reader of a letter of this kind may choose; empty for what nobody may do without."""
    message_class = CLASS_OF[kind]
    if message_class is None:
        return ""
    return settings.SITE_URL + reverse("reminders:off", args=[token_of(person, message_class)])


def unwanted_by(person: Person) -> set[MessageClass]:
    return set(map(MessageClass, person.unwanted_letters.values_list("message_class", flat=True)))


@transaction.atomic
def choose(*, person: Person, without: Collection[MessageClass], by: Actor, at: datetime) -> None:
    """Keep the classes that this person does without from now on. The same choice twice leaves one row in the log."""
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    before, after = unwanted_by(person), set(without)
    if before == after:
        return
    person.unwanted_letters.exclude(message_class__in=after).delete()
    Unwanted.objects.bulk_create(Unwanted(person=person, message_class=one, at=at) for one in sorted(after - before))
    CHOICES.log(person, "choose", by=by, at=at, details={"without": sorted(after)})
