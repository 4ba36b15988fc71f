"""A run of the matching in words: who goes where and why, who found no place and what would help."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.formats import listed
from employers.models import Offer
from placements.matching.explaining import Change, Reason
from placements.matching.problem import Grade, Obstacle, km, obstacles
from placements.matching.stored import from_json, placed
from placements.models import MatchRun, Pin
from schools.models import Enrolment

GRADES = {
    Grade.FIRST_WISH: ("good", gettext_lazy("First wish")),
    Grade.WISH: ("good", gettext_lazy("Wished for")),
    Grade.NEAR: ("info", gettext_lazy("Near")),
    Grade.FAR: ("warn", gettext_lazy("Far")),
}
REASONS = {
    Reason.KEPT: gettext_lazy("settled by you"),
    Reason.WISHED: gettext_lazy("a wish of the student"),
    Reason.OCCUPATION: gettext_lazy("the right occupation"),
    Reason.LANGUAGE: gettext_lazy("a language in common"),
    Reason.NEEDS: gettext_lazy("has what the student needs"),
    Reason.BEFORE: gettext_lazy("was there before"),
}
OBSTACLES = {
    Obstacle.TOO_FAR: gettext_lazy("too far away"),
    Obstacle.OCCUPATION: gettext_lazy("another occupation"),
    Obstacle.LANGUAGE: gettext_lazy("no language in common"),
    Obstacle.NEED: gettext_lazy("lacks what the student needs"),
    Obstacle.WEEKDAYS: gettext_lazy("only on days of school"),
    Obstacle.AGE: gettext_lazy("too young by law"),
    Obstacle.NEVER: gettext_lazy("ruled out by you"),
}
WAYS = {
    Change.FARTHER: gettext_lazy("going as far as %(km)s km, to %(place)s"),
    Change.OCCUPATION: gettext_lazy("work of this occupation at %(place)s"),
    Change.LANGUAGE: gettext_lazy("a language in common at %(place)s"),
    Change.NEED: gettext_lazy("what the student needs at %(place)s"),
    Change.WEEKDAY: gettext_lazy("another weekday at %(place)s"),
    Change.ALLOWED: gettext_lazy("%(place)s, which you have ruled out"),
    Change.PLACE: gettext_lazy("one place more at %(place)s"),
}


@dataclass(frozen=True)
class Match:
    """A student and the proposed offer, in words."""

    enrolment: Enrolment
    offer: Offer
    tone: str
    grade: str
    why: str


@dataclass(frozen=True)
class Without:
    """A student without a place: what would help, each way tried, and what stood in the way."""

    enrolment: Enrolment
    ways: list[str]
    standing: str


@dataclass(frozen=True)
class Result:
    matches: list[Match]
    without: list[Without]
    proven: bool


@dataclass(frozen=True)
class Choice:
    """An offer that a person may choose for a student, and what speaks against it."""

    offer: Offer
    way: str
    against: str


def result_of(run: MatchRun) -> Result | None:
    """What a run has found, in two queries; None while it has found nothing."""
    if run.result is None:
        return None
    rows, without = run.result["matches"], run.result["unmatched"]
    people = enrolments_by_key([row["seeker"] for row in (*rows, *without)])
    offers = offers_by_key({row["place"] for row in rows} | {way["place"] for one in without for way in one["ways"]})
    matches = [_match(row, people, offers) for row in rows if row["seeker"] in people and row["place"] in offers]
    return Result(
        matches=sorted(matches, key=lambda match: match.enrolment.student.person.sort_key),
        without=[_without(one, people[one["seeker"]], offers) for one in without if one["seeker"] in people],
        proven=run.result["proven"],
    )


def enrolments_by_key(keys: Collection[int]) -> dict[int, Enrolment]:
    return Enrolment.objects.select_related("student__person", "cohort").in_bulk(list(keys))


def offers_by_key(keys: Collection[int]) -> dict[int, Offer]:
    return Offer.objects.select_related("site__employer").in_bulk(list(keys))


def choices_of(run: MatchRun, enrolment: Enrolment) -> list[Choice]:
    """Every offer of the run for one student: what fits first, then the nearest, with what speaks against it."""
    problem = from_json(run.problem)
    seeker = problem.seeker_of.get(enrolment.pk)
    if seeker is None:
        return []
    offers = offers_by_key([place.key for place in problem.places])
    found = []
    for place in problem.places:
        far = km(seeker, place)
        against = [str(OBSTACLES[obstacle]) for obstacle in obstacles(seeker, place, problem.never)]
        if place.key in offers:
            found.append((bool(against), far or 0, Choice(offers[place.key], _way(far), listed(against))))
    return [choice for _against, _far, choice in sorted(found, key=lambda row: (row[0], row[1], row[2].offer.pk))]


def runs_by_student(before: MatchRun, after: MatchRun) -> tuple[dict, dict]:
    """Place and grade of each student in two runs."""
    return placed(before.result or {"matches": []}), placed(after.result or {"matches": []})


def pins_in_words(pins: Collection[Pin]) -> dict[int, list[str]]:
    """What is settled of each student, by the key of the enrolment."""
    found: dict[int, list[str]] = {}
    for pin in pins:
        words = {"place": name_of(pin.offer)}
        text = _("at %(place)s") if pin.verdict == Pin.Verdict.KEEP else _("not at %(place)s")
        found.setdefault(pin.enrolment_id, []).append(text % words)
    return found


def _match(row: dict[str, Any], people: dict[int, Enrolment], offers: dict[int, Offer]) -> Match:
    tone, grade = GRADES[Grade(row["grade"])]
    said = [str(REASONS[Reason(name)]) for name in row["reasons"] if Reason(name) in REASONS]
    why = [*([_way(row["km"])] if row["km"] is not None else []), *said]
    return Match(
        enrolment=people[row["seeker"]],
        offer=offers[row["place"]],
        tone=tone,
        grade=str(grade),
        why=listed(why),
    )


def _without(row: dict[str, Any], enrolment: Enrolment, offers: dict[int, Offer]) -> Without:
    ways = [
        str(WAYS[Change(way["change"])]) % {"km": way["km"], "place": name_of(offers[way["place"]])}
        for way in row["ways"]
        if way["place"] in offers
    ]
    standing = [f"{count} × {OBSTACLES[Obstacle(name)]}" for name, count in row["obstacles"].items()]
    if row["full"]:
        standing.append(ngettext("%(n)s place that fits is taken", "%(n)s places that fit are taken", row["full"])
                        % {"n": row["full"]})  # fmt: skip
    return Without(enrolment, ways, listed(standing))


def name_of(offer: Offer) -> str:
    return offer.site.employer.name if offer.site.employer else offer.title


def _way(far: float | None) -> str:
    return _("way not known") if far is None else _("%(km)s km") % {"km": number_format(round(far, 1), 1)}


def problem_size(problem: dict[str, Any]) -> tuple[int, int]:
    """How many students and how many places a stored problem has."""
    return len(problem["seekers"]), sum(place["places"] for place in problem["places"])
