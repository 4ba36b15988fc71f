"""Verbs of the question what came after: the student says it in one word, does not want to be asked, or takes it back.

The log of moves holds no word of the answer; the letters follow from its rows.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.roles import Role
from core.workflow import Actor, Move, Refused, Workflow
from placements.models import FollowUp, Placement
from placements.rules.ending import is_stilled

KEPT = timedelta(days=365)
"""How long what was said is kept after the day on which it was said."""

_STUDENT = frozenset({Role.STUDENT})
FOLLOW_UP = Workflow(
    noun="follow_up",
    moves=(
        Move("answer", gettext_lazy("Say what you do now"), (), None, _STUDENT),
        Move("decline", gettext_lazy("Do not ask me again"), (), None, _STUDENT),
        Move("take_back", gettext_lazy("Take my answer back"), (), None, _STUDENT),
        Move("allow", gettext_lazy("You may ask me again"), (), None, _STUDENT),
    ),
    school_id=lambda said: said.placement.school_id,
    timeline=lambda said: f"placement:{said.placement_id}",
)


def answer_follow_up(
    *, placement: Placement, outcome: FollowUp.Outcome, person: Person, by: Actor, at: datetime
) -> FollowUp:
    """What the learner of an ended placement does now; the last word holds, and the same again changes nothing.

    Raises `Refused` for anybody else, before the placement has ended, and where nobody is asked any more.
    """
    with _said(placement, person, "answer", by) as said:
        if said.outcome != outcome:
            said.outcome, said.answered_at = outcome, at
            _store(said, "answer", by=by, at=at)
    return said


def decline_follow_up(*, placement: Placement, person: Person, by: Actor, at: datetime) -> FollowUp:
    """The learner does not want to be asked, about this placement or a later one; twice is like once.

    What was said before stays. Raises `Refused` as `answer_follow_up` does.
    """
    with _said(placement, person, "decline", by) as said:
        if said.declined_at is None:
            said.declined_at = at
            _store(said, "decline", by=by, at=at)
    return said


def take_back(*, placement: Placement, person: Person, by: Actor, at: datetime) -> None:
    """Forget the answer; twice is like once. Raises `Refused` as `answer_follow_up` does."""
    with _said(placement, person, "take_back", by) as said:
        if said.outcome:
            said.outcome, said.answered_at = "", None
            _store(said, "take_back", by=by, at=at)


def allow_follow_up(*, placement: Placement, person: Person, by: Actor, at: datetime) -> None:
    """The learner may be asked again; twice is like once. Raises `Refused` as `answer_follow_up` does."""
    with _said(placement, person, "allow", by) as said:
        if said.declined_at:
            said.declined_at = None
            _store(said, "allow", by=by, at=at)


def _store(said: FollowUp, verb: str, *, by: Actor, at: datetime) -> None:
    """A row that says nothing any more goes."""
    said.retain_until = at.date() + KEPT
    said.save()
    FOLLOW_UP.log(said, verb, by=by, at=at)
    if not (said.outcome or said.declined_at):
        said.delete()


@contextmanager
def _said(placement: Placement, person: Person, verb: str, by: Actor) -> Iterator[FollowUp]:
    """What was said before, or a row that is not stored yet, while nobody else says anything."""
    FOLLOW_UP.must_allow(verb, by)
    with transaction.atomic():
        locked = Placement.objects.select_for_update(no_key=True).get(pk=placement.pk)
        if person.pk != locked.learner_id:
            raise Refused(_("You may not do this."))
        if locked.state != Placement.State.ENDED or is_stilled(locked):
            raise Refused(_("Nobody is asked for anything in this placement now."))
        yield FollowUp.objects.filter(placement=locked).first() or FollowUp(placement=locked)
