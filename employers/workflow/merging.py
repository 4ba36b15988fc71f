"""Two entries that are one firm become one, for 30 days with a way back; or somebody says that they are two."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, Person
from accounts.roles import Role
from core.workflow import Actor, Move, Refused, Workflow
from employers import merging
from employers.models import Employer, Merge, NotSame, SchoolEmployer
from employers.rules import UNDO_FOR

_WRITERS = frozenset({Role.COORDINATOR})
MERGES = Workflow(
    noun="merge",
    moves=(
        Move("merge", gettext_lazy("Make one firm of two"), (), None, _WRITERS),
        Move("undo", gettext_lazy("Make two firms again"), (), None, _WRITERS),
    ),
    school_id=lambda merge: merge.school_id,
)
NOT_SAME = Workflow(
    noun="not_same",
    moves=(
        Move("say", gettext_lazy("These are two firms"), (), None, _WRITERS),
        Move("take_back", gettext_lazy("Ask again"), (), None, _WRITERS),
    ),
    # As a supervisor: what two firms are to each other is the same for every school.
    school_id=lambda pair: None,
)


@transaction.atomic
def merge_employers(
    *, school: Organisation, kept: Employer, gone: Employer, person: Person | None, by: Actor, at: datetime
) -> Merge:
    """Everything that belongs to `gone` belongs to `kept`, for every school; the same again gives the same merge.

    Raises `Refused` when the school does not work with both firms, or one of them is part of another by now.
    """
    MERGES.must_allow("merge", by)
    if known := Merge.objects.filter(kept=kept, gone=gone, school=school, undone_at=None).first():
        return known
    _lock_both(school, kept, gone)
    merge = Merge.objects.create(
        kept=kept, gone=gone, school=school, moved=merging.absorb(gone, kept), person=person, at=at
    )
    MERGES.log(merge, "merge", by=by, at=at, details={"kept": kept.pk, "gone": gone.pk})
    return merge


def _lock_both(school: Organisation, kept: Employer, gone: Employer) -> None:
    """In one order, so that two merges at once wait for each other."""
    for one in sorted((kept, gone), key=lambda one: one.pk):
        Employer.objects.select_for_update(of=("self",)).get(pk=one.pk)
        one.refresh_from_db()
    if kept.merged_into_id or gone.merged_into_id:
        raise Refused(_("One of the two is part of another firm by now. Look at the list again."))
    if SchoolEmployer.objects.filter(school=school, employer__in={kept.pk, gone.pk}).count() != 2:
        raise Refused(_("Your school does not work with both firms."))


@transaction.atomic
def undo_merge(*, merge: Merge, by: Actor, at: datetime) -> int:
    """Two firms again, each with what it had; how many rows somebody has changed since, which stay as they are now.

    Raises `Refused` after 30 days, and while a later merge with one of the two firms stands.
    """
    MERGES.must_allow("undo", by)
    row = Merge.objects.select_for_update(of=("self",)).select_related("kept", "gone").get(pk=merge.pk)
    if row.undone_at:
        return 0
    if at > row.at + UNDO_FOR:
        raise Refused(_("The 30 days are over."))
    if _later(row):
        raise Refused(_("This firm was joined with another one later. Undo that first."))
    stay = merging.take_apart(row.moved)
    merging.follow_their_sites(row.kept, row.gone)
    row.undone_at = at
    row.save(update_fields=["undone_at"])
    MERGES.log(row, "undo", by=by, at=at, details={"kept": row.kept_id, "gone": row.gone_id, "stay": stay})
    return stay


def _later(merge: Merge) -> bool:
    firms = {merge.kept_id, merge.gone_id}
    since = Merge.objects.filter(Q(kept__in=firms) | Q(gone__in=firms), undone_at=None, pk__gt=merge.pk)
    return since.exists()


@transaction.atomic
def say_two(*, one: Employer, other: Employer, person: Person | None, by: Actor, at: datetime) -> NotSame:
    """Nobody is asked about these two again. Raises `Refused` for a firm and itself."""
    NOT_SAME.must_allow("say", by)
    if one.pk == other.pk:
        raise Refused(_("This is one and the same entry."))
    low, high = sorted((one.pk, other.pk))
    pair, new = NotSame.objects.get_or_create(one_id=low, other_id=high, defaults={"person": person, "at": at})
    if new:
        NOT_SAME.log(pair, "say", by=by, at=at, details={"one": low, "other": high})
    return pair


@transaction.atomic
def ask_again(*, pair: NotSame, by: Actor, at: datetime) -> None:
    """It was a mistake: the two are proposed again."""
    NOT_SAME.must_allow("take_back", by)
    NOT_SAME.log(pair, "take_back", by=by, at=at, details={"one": pair.one_id, "other": pair.other_id})
    pair.delete()
