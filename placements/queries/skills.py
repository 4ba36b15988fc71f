"""Reads of the skills: what is asked about, and what each side may see of the marks of the other."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from placements.models import HourClaim, Placement, SkillMark, SkillReview
from placements.rules.marks import is_worth_a_talk
from schools.models import Skill
from schools.skills.asking import asked_skills, levels_of, said

Side = HourClaim.Side
Moment = SkillReview.Moment

type Reviews = dict[tuple[str, str], Sent]
"""What was sent, by moment and side."""


@dataclass(frozen=True)
class Sent:
    """When one side sent its marks, and each of them by its skill; there is no look without a mark."""

    at: datetime
    marks: dict[int, SkillMark]

    @property
    def levels(self) -> dict[int, int | None]:
        return {skill: mark.level for skill, mark in self.marks.items()}


@dataclass(frozen=True)
class Seen:
    """One side's mark of one skill in words; `level` is nothing where it was not seen."""

    level: int | None
    name: str
    anchor: str


@dataclass(frozen=True)
class Line:
    """One skill with the marks of both sides, each nothing where that side did not mark it."""

    skill: Skill
    student: Seen | None
    host: Seen | None

    @property
    def name(self) -> str:
        return said(self.skill.name)

    @property
    def is_worth_a_talk(self) -> bool:
        return bool(self.student and self.host and is_worth_a_talk(self.student.level, self.host.level))


def skills_of(placement: Placement) -> list[Skill]:
    """What a placement asks about, from its start to its end the same: its first day decides which scale holds.

    Nothing for a learner without a programme, such as a teacher.
    """
    if placement.enrolment is None:
        return []
    return asked_skills(placement.enrolment.cohort.version.programme, placement.starts_on)


def reviews_of(placement: Placement) -> Reviews:
    marks = SkillMark.objects.filter(review__placement=placement).select_related("review", "skill__scale")
    found: Reviews = {}
    for mark in marks.order_by("pk"):
        sent = found.setdefault((mark.review.moment, mark.review.side), Sent(mark.review.at, {}))
        sent.marks[mark.skill_id] = mark
    return found


def lines_for_school(reviews: Reviews, moment: SkillReview.Moment) -> list[Line]:
    """All marks of both sides."""
    student, host = _marks(reviews, moment, Side.STUDENT), _marks(reviews, moment, Side.HOST)
    marked = {**student, **host}
    order = sorted(
        marked.values(), key=lambda mark: (bool(mark.skill.programme_id), mark.skill.position, mark.skill_id)
    )
    return [Line(mark.skill, _seen(student, mark), _seen(host, mark)) for mark in order]


def lines_for_host(reviews: Reviews, moment: SkillReview.Moment) -> list[Line]:
    """What the host marked, with the learner's mark of the same skill: nothing before the host has sent its own."""
    return [line for line in lines_for_school(reviews, moment) if line.host]


def lines_for_student(reviews: Reviews, moment: SkillReview.Moment, *, looks: bool) -> list[Line]:
    """The learner's own marks, and the host's once the learner has sent its own, or `looks` without marking."""
    if (moment, Side.STUDENT) in reviews or looks:
        return lines_for_school(reviews, moment)
    return []


def _place(mark: SkillMark) -> tuple[bool, int, int]:
    return mark.skill.programme_id is not None, mark.skill.position, mark.skill_id


def _marks(reviews: Reviews, moment: str, side: str) -> dict[int, SkillMark]:
    sent = reviews.get((moment, side))
    return sent.marks if sent else {}


def _seen(marks: dict[int, SkillMark], wanted: SkillMark) -> Seen | None:
    mark = marks.get(wanted.skill_id)
    if mark is None:
        return None
    if mark.level is None:
        return Seen(None, gettext("Not seen"), "")
    _number, name, anchor = levels_of(mark.skill)[mark.level - 1]
    return Seen(mark.level, name, anchor)
