"""Two entries that are one firm, or one person at a firm, become one, with a way back for 30 days; or somebody says
that they are two firms."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation, Person
from accounts.roles import Role
from core.workflow import Actor, Move, Refused, Workflow
from employers import merging
from employers.models import Employer, Merge, NotOnePerson, NotSame, PersonMerge, SchoolEmployer, Supervisor
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
PERSON_MERGES = Workflow(
    noun="person_merge",
    moves=(
        Move("merge", gettext_lazy("Make one person of two entries"), (), None, _WRITERS),
        Move("undo", gettext_lazy("Make two entries again"), (), None, _WRITERS),
    ),
    school_id=lambda merge: merge.school_id,
)
NOT_ONE_PERSON = Workflow(
    noun="not_one_person",
    moves=(Move("say", gettext_lazy("These are two people"), (), None, _WRITERS),),
    school_id=lambda pair: None,
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
    if _later(row):
        raise Refused(_("This firm was joined with another one later. Undo that first."))
    stay = _take_apart(row, at)
    merging.follow_their_sites(row.kept, row.gone)
    MERGES.log(row, "undo", by=by, at=at, details={"kept": row.kept_id, "gone": row.gone_id, "stay": stay})
    return stay


def _take_apart(row: Merge | PersonMerge, at: datetime) -> int:
    if at > row.at + UNDO_FOR:
        raise Refused(_("The 30 days are over."))
    row.undone_at = at
    row.save(update_fields=["undone_at"])
    return merging.take_apart(row.moved)


def _later(merge: Merge) -> bool:
    firms = {merge.kept_id, merge.gone_id}
    since = Merge.objects.filter(Q(kept__in=firms) | Q(gone__in=firms), undone_at=None, pk__gt=merge.pk)
    people = PersonMerge.objects.filter(employer__in=firms, undone_at=None, at__gt=merge.at)
    return since.exists() or people.exists()


@transaction.atomic
def merge_people(
    *, school: Organisation, kept: Supervisor, gone: Supervisor, person: Person | None, by: Actor, at: datetime
) -> PersonMerge:
    """The person behind `gone` is the one behind `kept`: students, links and letters go over, for every school and at
    every firm. The same again gives the same merge.

    Raises `Refused` when the two guide at different firms, one of them is part of another entry by now, or both sign
    in.
    """
    PERSON_MERGES.must_allow("merge", by)
    known = PersonMerge.objects.filter(kept=kept.person, gone=gone.person, school=school, undone_at=None)
    if again := known.first():
        return again
    firm = kept.site.employer
    if firm is None or firm.pk != gone.site.employer_id or kept.person_id == gone.person_id:
        raise Refused(_("These are not two people at one firm."))
    one, other = _two_people(kept, gone)
    moved = merging.absorb_person(other, one, today=timezone.localdate(at))
    merge = PersonMerge.objects.create(
        employer=firm, kept=one, gone=other, school=school, moved=moved, person=person, at=at
    )
    PERSON_MERGES.log(merge, "merge", by=by, at=at, details={"kept": one.pk, "gone": other.pk})
    return merge


@transaction.atomic
def say_two_people(*, one: Supervisor, other: Supervisor, person: Person | None, by: Actor, at: datetime) -> None:
    """These two are not proposed any more; they can still be put together."""
    NOT_ONE_PERSON.must_allow("say", by)
    low, high = sorted((one.person_id, other.person_id))
    pair, new = NotOnePerson.objects.get_or_create(one_id=low, other_id=high, defaults={"person": person, "at": at})
    if new:
        NOT_ONE_PERSON.log(pair, "say", by=by, at=at)


def _two_people(kept: Supervisor, gone: Supervisor) -> tuple[Person, Person]:
    keys = (kept.person_id, gone.person_id)
    locked = {one.pk: one for one in Person.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")}
    if PersonMerge.objects.filter(gone__in=keys, undone_at=None).exists():
        raise Refused(_("One of the two is part of another entry by now. Look at the firm again."))
    one, other = locked[kept.person_id], locked[gone.person_id]
    if one.user_id and other.user_id:
        raise Refused(_("Both sign in with an account of their own, so they stay two entries."))
    return one, other


@transaction.atomic
def undo_people(*, merge: PersonMerge, by: Actor, at: datetime) -> int:
    """Two entries again, each with what it had; how many rows somebody has changed since, which stay as they are now.

    Raises `Refused` after 30 days, and while a later merge with one of the two, or with their firm, stands.
    """
    PERSON_MERGES.must_allow("undo", by)
    row = PersonMerge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    if row.undone_at:
        return 0
    people, firm = (row.kept_id, row.gone_id), row.employer_id
    later = PersonMerge.objects.filter(Q(kept__in=people) | Q(gone__in=people), undone_at=None, pk__gt=row.pk)
    firms = Merge.objects.filter(Q(kept=firm) | Q(gone=firm), undone_at=None, at__gte=row.at)
    if later.exists() or firms.exists():
        raise Refused(_("One of the two, or the firm, was joined with another entry later. Undo that first."))
    stay = _take_apart(row, at)
    PERSON_MERGES.log(row, "undo", by=by, at=at, details={"kept": row.kept_id, "gone": row.gone_id, "stay": stay})
    return stay


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
