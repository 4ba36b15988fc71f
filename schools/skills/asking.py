"""Which skills are asked about on a day, and their words in the reader's language."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import get_language

from schools.models import Programme, Skill, SkillScale

OWN_AT_MOST = 5
"""Skills of a programme's own that are asked about beside the common ones."""


def asked_skills(programme: Programme, on: date) -> list[Skill]:
    """The common skills of the scales that hold on this day, then five of the programme's own, each with its scale."""
    holds = _holds(on) & (Q(scale__school=None) | Q(scale__school=programme.school_id))
    open_then = Q(ended_on=None) | Q(ended_on__gt=on)
    found = Skill.objects.filter(holds, open_then, Q(programme=None) | Q(programme=programme))
    rows = list(found.select_related("scale").order_by("position", "pk"))
    own = [skill for skill in rows if skill.programme_id]
    return [*(skill for skill in rows if not skill.programme_id), *own[:OWN_AT_MOST]]


def _holds(on: date, prefix: str = "scale__") -> Q:
    begun = Q(**{f"{prefix}valid_from": None}) | Q(**{f"{prefix}valid_from__lte": on})
    return begun & (Q(**{f"{prefix}valid_to": None}) | Q(**{f"{prefix}valid_to__gte": on}))


def scale_for_own(on: date) -> SkillScale | None:
    """The shipped scale that holds on this day: a programme's own skills have the levels of the common ones."""
    return SkillScale.objects.filter(_holds(on, ""), school=None).order_by("key", "pk").first()


def own_skills(programme: Programme, today: date) -> list[Skill]:
    """The programme's own skills that are still asked about."""
    mine = Skill.objects.filter(Q(ended_on=None) | Q(ended_on__gt=today), programme=programme)
    return list(mine.select_related("scale").order_by("position", "pk"))


def said[T](texts: Mapping[str, T]) -> T:
    """The text in the reader's language; else in English; else in the language that there is."""
    language = (get_language() or "en").split("-")[0]
    return texts.get(language) or texts.get("en") or next(iter(texts.values()))


def levels_of(skill: Skill) -> list[tuple[int, str, str]]:
    """Each level of a skill, the lowest first: its number, its name, and what one sees there."""
    names: list[dict[str, Any]] = skill.scale.levels
    rows = zip(names, said(skill.anchors), strict=True)
    return [(number, said(name), anchor) for number, (name, anchor) in enumerate(rows, 1)]
