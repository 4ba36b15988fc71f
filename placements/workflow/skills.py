"""The look at the skills: each side marks what it saw, without knowing the other side's marks."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.roles import HOST, Role
from core.workflow import Actor, Move, Refused, Workflow
from placements.models import HourClaim, Placement, SkillMark, SkillReview
from placements.queries.skills import skills_of
from placements.rules.marks import may_change
from schools.models import Skill

Moment = SkillReview.Moment
Side = HourClaim.Side

type Marks = Mapping[Skill, int | None]
"""The level of each skill that was marked, the lowest is 1; nothing says "not seen"."""

_SIDES = frozenset({*HOST, Role.STUDENT})
SKILLS = Workflow(
    noun="skills",
    moves=(
        Move("mark", gettext_lazy("Mark the skills"), (), None, _SIDES),
        Move("change", gettext_lazy("Change the marks"), (), None, _SIDES),
        Move("take_back", gettext_lazy("Take the marks back"), (), None, frozenset(HOST)),
    ),
    school_id=lambda review: review.placement.school_id,
    timeline=lambda review: f"placement:{review.placement_id}",
)


def review_skills(
    *, placement: Placement, moment: SkillReview.Moment, marks: Marks, person: Person, by: Actor, at: datetime
) -> SkillReview:
    """The marks of the side on which `by` speaks. Within 24 hours they can be changed, until both sides have sent
    theirs; the same marks again change nothing.

    Raises `Refused` before the placement has begun, for no mark at all, for what is not asked about in this placement,
    and once the marks are fixed.
    """
    SKILLS.must_allow("mark", by)
    _must_fit(placement, marks, at)
    side = Side.HOST if by.role in HOST else Side.STUDENT
    with transaction.atomic():
        Placement.objects.select_for_update(no_key=True).get(pk=placement.pk)
        sent = {review.side: review for review in placement.skill_reviews.filter(moment=moment)}
        known = sent.pop(side, None)
        if known is None:
            made = SkillReview(placement=placement, moment=moment, side=side, person=person, at=at)
            return _store(made, marks, verb="mark", by=by, at=at)
        if dict(known.marks.values_list("skill", "level")) == {skill.pk: level for skill, level in marks.items()}:
            return known
        if not may_change(known.at, at, other_has_sent=bool(sent)):
            raise Refused(_("These marks can no longer be changed."))
        return _store(known, marks, verb="change", by=by, at=at)


def take_marks_back(*, placement: Placement, moment: SkillReview.Moment, by: Actor, at: datetime) -> None:
    """The host's marks go with the feedback that they came with, unless both sides see each other's already."""
    SKILLS.must_allow("take_back", by)
    with transaction.atomic():
        sent = {review.side: review for review in placement.skill_reviews.filter(moment=moment)}
        known = sent.pop(Side.HOST, None)
        if known and may_change(known.at, at, other_has_sent=bool(sent)):
            SKILLS.log(known, "take_back", by=by, at=at, details={"moment": str(moment)})
            known.delete()


def _must_fit(placement: Placement, marks: Marks, at: datetime) -> None:
    if placement.state in Placement.NOT_BEGUN:
        raise Refused(_("This placement has not started."))
    if not marks:
        raise Refused(_("Choose something for at least one skill."))
    if set(marks) - set(skills_of(placement)):
        raise Refused(_("This is not asked about in this placement."))
    if any(level is not None and not 1 <= level <= len(skill.scale.levels) for skill, level in marks.items()):
        raise Refused(_("This level does not exist."))


def _store(review: SkillReview, marks: Marks, *, verb: str, by: Actor, at: datetime) -> SkillReview:
    review.save()
    review.marks.all().delete()
    SkillMark.objects.bulk_create(SkillMark(review=review, skill=skill, level=level) for skill, level in marks.items())
    SKILLS.log(review, verb, by=by, at=at, details={"moment": str(review.moment), "marks": len(marks)})
    return review
