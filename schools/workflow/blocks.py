"""Verbs of a school's own words in its agreements: they come into the text of each plan that is written."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation
from accounts.roles import Role
from core.workflow import Actor, Move, Refused, Workflow
from schools.models import AgreementBlock, Programme

_WRITERS = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})
BLOCKS = Workflow(
    noun="agreement_block",
    moves=(
        Move("write", gettext_lazy("Write a block"), (), None, _WRITERS),
        Move("move", gettext_lazy("Move up"), (), None, _WRITERS),
        Move("remove", gettext_lazy("Remove the block"), (), None, _WRITERS),
    ),
    school_id=lambda block: block.school_id,
)


@transaction.atomic
def write_block(
    *, school: Organisation, key: UUID, programme: Programme | None, heading: str, text: str, by: Actor, at: datetime
) -> AgreementBlock:
    """A new block at the end; the same `key` again changes the one that it made. Without a programme it is for all.

    Raises `Refused` for a programme of another school.
    """
    BLOCKS.must_allow("write", by)
    Organisation.objects.select_for_update().get(pk=school.pk)
    if programme and programme.school_id != school.pk:
        raise Refused(_("This programme belongs to another school."))
    last = AgreementBlock.objects.filter(school=school).aggregate(last=Max("position"))["last"] or 0
    words = {"programme": programme, "heading": " ".join(heading.split()), "text": text.strip()}
    block, _new = AgreementBlock.objects.update_or_create(
        public_id=key, school=school, defaults=words, create_defaults={**words, "position": last + 1}
    )
    BLOCKS.log(block, "write", by=by, at=at)
    return block


@transaction.atomic
def move_block(*, block: AgreementBlock, place: int, by: Actor, at: datetime) -> None:
    """Put the block at this place of the list, counted from 1; the others step aside. The same place twice is once."""
    BLOCKS.must_allow("move", by)
    Organisation.objects.select_for_update().get(pk=block.school_id)
    others = list(AgreementBlock.objects.filter(school=block.school_id).exclude(pk=block.pk).order_by("position", "pk"))
    row = [*others[: max(place, 1) - 1], block, *others[max(place, 1) - 1 :]]
    for position, one in enumerate(row, 1):
        one.position = position
    AgreementBlock.objects.bulk_update(row, ["position"])
    BLOCKS.log(block, "move", by=by, at=at, details={"place": block.position})


@transaction.atomic
def remove_block(*, block: AgreementBlock, by: Actor, at: datetime) -> None:
    """Agreements that were written before keep the words."""
    BLOCKS.must_allow("remove", by)
    BLOCKS.log(block, "remove", by=by, at=at)
    block.delete()
