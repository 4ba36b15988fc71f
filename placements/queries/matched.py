"""A run of the matching in words: who goes where and why, who found no place and what would help."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.formats import listed
from employers.models import Offer
from placements.matching.comparing import Move, totals
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
NOTHING: dict[str, Any] = {"matches": [], "unmatched": []}
TOTALS = {
    "students": gettext_lazy("Students who look"),
    "placed": gettext_lazy("Have a place"),
    "first_wishes": gettext_lazy("Go where they most want"),
    "wishes": gettext_lazy("Go to a firm that they named"),
    "km": gettext_lazy("All ways together, in km"),
    "settled": gettext_lazy("Settled by you"),
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
    """What a run has found, as stored and by name; a page of it in words is `matches_in_words`, `without_in_words`."""

    matches: list[dict[str, Any]]
    without: list[dict[str, Any]]
    proven: bool


@dataclass(frozen=True)
class Far:
    """A place for one student: how far, and what stands in the way."""

    place: int
    km: float | None
    against: tuple[Obstacle, ...]


@dataclass(frozen=True)
class Choice:
    """An offer that a person may choose for a student, and what speaks against it."""

    offer: Offer
    way: str
    against: str


def result_of(run: MatchRun) -> Result | None:
    """What a run has found, in one query; None while it has found nothing. Students who have left are not in it."""
    if run.result is None:
        return None
    rows, without = run.result["matches"], run.result["unmatched"]
    keys = Enrolment.objects.filter(pk__in=[row["seeker"] for row in (*rows, *without)]).order_by()
    names = dict(keys.values_list("pk", "student__person__sort_key"))

    def by_name(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
        here = [row for row in found if row["seeker"] in names]
        return sorted(here, key=lambda row: (names[row["seeker"]], row["seeker"]))

    return Result(by_name(rows), by_name(without), run.result["proven"])


def matches_in_words(rows: Collection[dict[str, Any]]) -> list[Match]:
    """A page of matches, in two queries; one at an offer that is gone is left out."""
    people = enrolments_by_key([row["seeker"] for row in rows])
    offers = offers_by_key({row["place"] for row in rows})
    return [_match(row, people, offers) for row in rows if row["place"] in offers]


def without_in_words(rows: Collection[dict[str, Any]]) -> list[Without]:
    """A page of students without a place, in two queries."""
    people = enrolments_by_key([row["seeker"] for row in rows])
    offers = offers_by_key({way["place"] for row in rows for way in row["ways"]})
    return [_without(row, people[row["seeker"]], offers) for row in rows]


def enrolments_by_key(keys: Collection[int]) -> dict[int, Enrolment]:
    return Enrolment.objects.select_related("student__person", "cohort").in_bulk(list(keys))


def offers_by_key(keys: Collection[int]) -> dict[int, Offer]:
    return Offer.objects.select_related("site__employer").in_bulk(list(keys))


def places_for(run: MatchRun, enrolment: Enrolment) -> list[Far]:
    """Every place of the run for one student: what fits first, then the nearest; `choices_in_words` says a page."""
    problem = from_json(run.problem)
    seeker = problem.seeker_of.get(enrolment.pk)
    if seeker is None:
        return []
    found = [
        Far(place.key, km(seeker, place), tuple(obstacles(seeker, place, problem.never))) for place in problem.places
    ]
    return sorted(found, key=lambda one: (bool(one.against), one.km or 0, one.place))


def choices_in_words(rows: Collection[Far]) -> list[Choice]:
    """In one query; an offer that is gone is left out."""
    offers = offers_by_key({row.place for row in rows})
    return [
        Choice(offers[row.place], _way(row.km), listed(OBSTACLES[obstacle] for obstacle in row.against))
        for row in rows
        if row.place in offers
    ]


def runs_by_student(before: MatchRun, after: MatchRun) -> tuple[dict, dict]:
    """Place and grade of each student in two runs."""
    return placed(before.result or NOTHING), placed(after.result or NOTHING)


@dataclass(frozen=True)
class Moved:
    """One student in two runs, in words; no offer where there was no place."""

    enrolment: Enrolment
    before: Offer | None
    after: Offer | None
    better: bool | None


def moves_in_words(moves: Collection[Move]) -> list[Moved]:
    """A page of students who have another place, in two queries."""
    people = enrolments_by_key([move.seeker for move in moves])
    offers = offers_by_key({key for move in moves for key in (move.before, move.after) if key})
    return [
        Moved(people[move.seeker], offers.get(move.before or 0), offers.get(move.after or 0), move.better)
        for move in moves
        if move.seeker in people
    ]


def counts_in_words(moves: Collection[Move]) -> str:
    """How many students lose, gain and only move, in one line."""
    counts = Counter(move.better for move in moves)
    words = {
        False: ngettext("%(n)s is worse off", "%(n)s are worse off", counts[False]),
        True: ngettext("%(n)s is better off", "%(n)s are better off", counts[True]),
        None: ngettext("%(n)s only moves", "%(n)s only move", counts[None]),
    }
    return listed(text % {"n": counts[better]} for better, text in words.items() if counts[better])


def totals_in_words(before: MatchRun, after: MatchRun) -> list[tuple[Any, str, str]]:
    """What two runs found in all: the name of a figure, and the figure of each."""
    one, two = totals(before.result or NOTHING), totals(after.result or NOTHING)
    return [(label, _figure(getattr(one, name)), _figure(getattr(two, name))) for name, label in TOTALS.items()]


def _figure(value: float) -> str:
    return number_format(value, 1 if isinstance(value, float) else 0, use_l10n=True, force_grouping=True)


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
