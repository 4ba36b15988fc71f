"""Rounds, in which a school asks many firms for places: whom it would ask, and what the firms have said."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.fields.json import KT
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ContactPoint, Membership, Organisation, Person
from accounts.roles import Role
from core.models import Transition
from employers.models import Employer, Offer, Round, RoundFirm, SchoolEmployer, Supervisor
from employers.queries import as_wishes, at_work
from employers.rules import Decline, Wishes, stop_of
from placements.models import HostRequest
from placements.rules.rounds import LATELY, THIS_YEAR, Firm, asking_days, why_not


@dataclass(frozen=True)
class Candidate:
    """A firm that could be asked, who would read it there, and why it is not asked."""

    employer: Employer
    reader: Person | None
    why_not: str | None

    @property
    def key(self) -> str:
        return str(self.employer.public_id)


@dataclass(frozen=True)
class Answer:
    """What a firm has said to a round: so many places, or why none; nothing yet where both are empty."""

    asked: RoundFirm
    places: int = 0
    said_no: str = ""

    @property
    def name(self) -> str:
        if self.places:
            return OFFERED
        return SAID_NO if self.said_no else SILENT


OFFERED, SAID_NO, SILENT = "offered", "no", "silent"
ANSWERS = {OFFERED: _("Firms that offer"), SAID_NO: _("Said no"), SILENT: _("Not answered")}


def rounds_visible_to(viewer: Membership) -> QuerySet[Round]:
    """The rounds of the school, for those who ask."""
    if viewer.role != Role.COORDINATOR:
        return Round.objects.none()
    return Round.objects.filter(school=viewer.organisation_id).select_related("school", "person")


# ── Whom to ask ──────────────────────────────────────────────────────────────────────────────────────────────────────


def candidates(school: Organisation, starts_on: date, ends_on: date, now: datetime) -> list[Candidate]:
    """Every firm of the school by name, in a fixed number of queries."""
    relations = SchoolEmployer.objects.filter(school=school, employer__merged_into=None)
    rows = list(relations.select_related("employer__capacity").order_by("employer__sort_key", "employer"))
    readers = _readers([row.employer_id for row in rows], timezone.localdate(now))
    offers = Offer.objects.filter(school=school, withdrawn_at=None, starts_on__lte=ends_on, ends_on__gte=starts_on)
    offered, asked = set(offers.values_list("site__employer", flat=True).order_by()), _asked_lately(school, now)
    declined = _declined([row.pk for row in rows], now - THIS_YEAR)
    day = min(asking_days(starts_on, timezone.localdate(now)).values())
    found = []
    for row in rows:
        capacity = getattr(row.employer, "capacity", None)
        firm = Firm(
            stop=stop_of(row.employer.closed_on, row.not_approved_since, row.suspended_at),
            wishes=as_wishes(capacity) if capacity else Wishes(),
            has_offered=row.employer_id in offered,
            has_said_no=row.pk in declined,
            was_asked=row.employer_id in asked,
            has_reader=row.employer_id in readers,
        )
        found.append(Candidate(row.employer, readers.get(row.employer_id), why_not(firm, day)))
    return found


def _readers(employers: Collection[int], today: date) -> dict[int, Person]:
    """Who is asked at each firm: whoever offered places last, else who has guided there longest; only people who work
    there and can be written to."""
    working = ContactPoint.objects.filter(channel=ContactPoint.Channel.EMAIL, state=ContactPoint.State.WORKING)
    reachable = Q(person__in=working.values("person")) | Q(person__user__isnull=False)
    here = Supervisor.objects.filter(at_work(today), reachable, site__employer__in=employers)
    people: dict[int, dict[int, Person]] = defaultdict(dict)
    for row in here.select_related("person", "site").order_by("pk"):
        people[row.site.employer_id or 0].setdefault(row.person_id, row.person)
    offers = Offer.objects.filter(site__employer__in=people, offered_by__isnull=False).order_by("pk")
    last = dict(offers.values_list("site__employer", "offered_by"))
    return {firm: own.get(last.get(firm, 0)) or next(iter(own.values())) for firm, own in people.items()}


def _asked_lately(school: Organisation, now: datetime) -> set[int]:
    requests = HostRequest.objects.filter(placement__school=school, asked_at__gt=now - LATELY)
    rounds = RoundFirm.objects.filter(round__school=school, round__at__gt=now - LATELY)
    return {
        *requests.values_list("site__employer", flat=True).order_by(),
        *rounds.values_list("employer", flat=True).order_by(),
    }


# ── What they have said ──────────────────────────────────────────────────────────────────────────────────────────────


def with_answers(asked: QuerySet[RoundFirm]) -> QuerySet[Any]:
    """Each firm of a round with the `places` that it offers for these weeks, none where it offers none, and with the
    code of its "not this year" since it was asked (`declined`)."""
    offers = Offer.objects.filter(
        withdrawn_at=None, school=OuterRef("round__school"), site__employer=OuterRef("employer"),
        starts_on__lte=OuterRef("round__ends_on"), ends_on__gte=OuterRef("round__starts_on"),
    )  # fmt: skip
    relation = SchoolEmployer.objects.filter(
        school=OuterRef(OuterRef("round__school")), employer=OuterRef(OuterRef("employer"))
    )
    said = Transition.objects.filter(
        noun="relation",
        verb="not_this_year",
        object_id=Subquery(relation.values("pk")[:1]),
        at__gte=OuterRef("round__at"),
    )
    return asked.annotate(
        places=Subquery(offers.order_by().values("school").annotate(sum=Sum("places")).values("sum")),
        declined=Subquery(said.order_by("-at", "-pk").values(code=KT("details__decline"))[:1]),
    )


def answers_to(asked: QuerySet[RoundFirm]) -> list[Answer]:
    """What these firms have said, each to its own round; one query."""
    return [Answer(row, row.places or 0, _reason(row.declined)) for row in with_answers(asked)]


def silent(asked: QuerySet[RoundFirm]) -> QuerySet[RoundFirm]:
    """Firms that have said nothing, and to which the school sends students."""
    stops = Q(suspended_at__isnull=False) | Q(not_approved_since__isnull=False)
    stopped = SchoolEmployer.objects.filter(stops, school=OuterRef("round__school"), employer=OuterRef("employer"))
    open_ones = with_answers(asked).filter(~Exists(stopped), places__isnull=True, declined__isnull=True)
    return open_ones.filter(employer__closed_on=None, employer__merged_into=None)


def counts_of(answers: Collection[Answer]) -> Counter[str]:
    return Counter(answer.name for answer in answers)


def reasons_of(answers: Collection[Answer]) -> list[tuple[str, int]]:
    """Why firms said no, the most frequent reason first."""
    return Counter(answer.said_no for answer in answers if answer.name == SAID_NO).most_common()


def _reason(code: str | None) -> str:
    return str(Decline(code).label) if code else ""


def _declined(relations: Collection[int], since: datetime) -> set[int]:
    """The keys of the relations of firms that have said "not this year" since then."""
    said = Transition.objects.filter(noun="relation", verb="not_this_year", at__gte=since)
    return set(said.filter(object_id__in=list(relations)).values_list("object_id", flat=True).order_by())
