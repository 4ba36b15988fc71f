"""Reads for the list of employers and the page of one."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import JSONObject
from django.http import QueryDict

from accounts.models import ContactPoint, Membership, Organisation, Person
from accounts.roles import Role
from core.formats import listed
from core.models import Transition
from core.names import by_name, sort_key
from employers.access import offers_visible_to, person_merges_visible_to, relations_visible_to, sites_visible_to
from employers.models import (
    Capacity,
    Check,
    Employer,
    Need,
    NotOnePerson,
    Offer,
    PersonMerge,
    SchoolEmployer,
    Site,
    Supervisor,
)
from employers.rules import (
    CHECKS,
    UNDO_FOR,
    Decline,
    Standing,
    Tier,
    Wishes,
    approval,
    asks_in_words,
    holds_until,
    size_in_words,
    standing_of,
)

OFFERS_SHOWN = 50


def at_work(today: date, supervisor: str = "") -> Q:
    """Supervisors who have not left by `today`; `supervisor` is the path to them, as "segments__supervisor__"."""
    return Q(**{f"{supervisor}ends_on": None}) | Q(**{f"{supervisor}ends_on__gte": today})


def may_answer(today: date, supervisor: str = "") -> Q:
    """Who is at work, and who was at a firm that has closed: they may still say what they know (product 6, E9)."""
    return at_work(today, supervisor) | Q(**{f"{supervisor}site__employer__closed_on__isnull": False})


def has_left(person: Person, today: date) -> bool:
    """Guided students at a site, and answers for none any more; whoever never did has not left."""
    rows = Supervisor.objects.filter(person=person).values_list("ends_on", "site__employer__closed_on")
    return bool(rows) and all(last and last < today and not closed_on for last, closed_on in rows)


def is_suspended(school: Organisation, employer: Employer) -> bool:
    """Whether the safeguarding lead of the school asks for no new placement at this firm."""
    return SchoolEmployer.objects.filter(school=school, employer=employer).exclude(suspended_at=None).exists()


@dataclass(frozen=True)
class Wanted:
    """Filters of the list of firms; what is empty lets all pass."""

    q: str = ""
    tier: str = ""
    recognised: bool = False


def wanted(query: QueryDict) -> Wanted:
    """What the list is asked for in its address; what is not known there is passed over."""
    tier = query.get("tier", "")
    return Wanted(
        q=query.get("q", "").strip(),
        tier=tier if tier in SchoolEmployer.Tier.values else "",
        recognised=bool(query.get("recognised")),
    )


def relations(viewer: Membership, wanted: Wanted) -> QuerySet[SchoolEmployer]:
    """The firms that the school works with, by name; `q` finds names without accents and case."""
    named = Q(employer__merged_into=None, employer__sort_key__contains=sort_key(wanted.q))
    found = relations_visible_to(viewer).filter(named)
    if wanted.tier:
        found = found.filter(tier=wanted.tier)
    if wanted.recognised:
        found = found.filter(recognised_on__isnull=False)
    return by_name(found.select_related("employer", "owner"), "employer__sort_key")


def size_of(employer: Employer) -> str:
    return size_in_words(employer.size_from, employer.size_to)


def site_counts(rows: Iterable[SchoolEmployer]) -> Counter[int]:
    """The number of sites by employer, for one page of the list."""
    employers = [row.employer_id for row in rows]
    return Counter(Site.objects.filter(employer__in=employers).order_by().values_list("employer", flat=True))


# ── What a school checks ─────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class CheckLine:
    """A kind of check that the tier of a firm asks for: the last one, its last day, and where that stands today."""

    kind: Check.Kind
    check: Check | None
    until: date | None
    standing: Standing


def checks_of(relation: SchoolEmployer) -> dict[Check.Kind, Check]:
    """The check of each kind that holds: the last one written."""
    rows = Check.objects.filter(relation=relation).select_related("person").order_by("pk")
    return {Check.Kind(row.kind): row for row in rows}


def check_lines(relation: SchoolEmployer, today: date) -> list[CheckLine]:
    """All that the tier asks for, in its order."""
    found = checks_of(relation)
    ends = _ends(relation, found)
    return [
        CheckLine(kind, found.get(kind), ends.get(kind), standing_of(ends.get(kind), today))
        for kind in CHECKS[Tier(relation.tier)].kinds
    ]


def approval_of(relation: SchoolEmployer, set_by_hand: date | None) -> date | None:
    """Until when the checks of the firm let it be approved, with the tier that it has now."""
    return approval(Tier(relation.tier), _ends(relation, checks_of(relation)), set_by_hand)


def _ends(relation: SchoolEmployer, checks: dict[Check.Kind, Check]) -> dict[Check.Kind, date]:
    return {kind: holds_until(Tier(relation.tier), one.done_on, one.valid_until) for kind, one in checks.items()}


def recognised_by(employer: Employer) -> QuerySet[SchoolEmployer]:
    """The schools that call the firm a recognised host, as the firm itself may know."""
    found = SchoolEmployer.objects.filter(employer=employer, recognised_on__isnull=False)
    return found.select_related("school").order_by("recognised_on", "pk")


# ── The page of one ──────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class SitePart:
    site: Site
    supervisors: list[Supervisor]

    @property
    def meets(self) -> str:
        return listed(str(Need(need).label) for need in self.site.meets)


@dataclass(frozen=True)
class Page:
    """A firm as its page shows it; `relation` is the school's own part and empty for the firm itself.

    `offers` come with what they ask of a student in words. `capacity` is what the firm has set, `said_no` its last
    "not this year" with the reason in words. `checks` are the school's, `recognised_by` is what the firm is told.
    """

    employer: Employer
    relation: SchoolEmployer | None
    sites: list[SitePart]
    offers: list[tuple[Offer, str]]
    capacity: Capacity | None
    said_no: tuple[Transition, str] | None
    checks: list[CheckLine]
    recognised_by: list[SchoolEmployer]


def with_firm(relations: QuerySet[SchoolEmployer]) -> QuerySet[SchoolEmployer]:
    """Relations with all that the page of a firm shows of them."""
    return relations.select_related("owner", "employer__capacity__person")


def employer_page(employer: Employer, relation: SchoolEmployer | None, viewer: Membership, today: date) -> Page:
    """`relation` comes `with_firm`."""
    sites = list(sites_visible_to(viewer).filter(employer=employer).order_by("pk"))
    by_site: dict[int, list[Supervisor]] = {}
    for supervisor in _supervisors(employer, viewer, today):
        by_site.setdefault(supervisor.site_id, []).append(supervisor)
    return Page(
        employer=employer,
        relation=relation,
        capacity=getattr(relation.employer, "capacity", None) if relation else capacity_of(employer),
        said_no=said_no(relation) if relation else None,
        checks=check_lines(relation, today) if relation else [],
        recognised_by=list(recognised_by(employer)) if viewer.role == Role.OWNER else [],
        sites=[SitePart(site, by_site.get(site.pk, [])) for site in sites],
        offers=[
            (offer, asks_in_words(offer.weekdays, offer.languages, offer.least_age))
            for offer in offers_visible_to(viewer)
            .filter(site__employer=employer)
            .select_related("site", "school", "offered_by")
            .order_by("-starts_on", "pk")[:OFFERS_SHOWN]
        ],
    )


def with_points(supervisors: QuerySet[Supervisor]) -> QuerySet[Supervisor]:
    """Supervisors with their person and its addresses and numbers (`points`), without those that were replaced; and
    with the keys of the people of whom somebody has said that they are not the same person (`others`)."""
    known = ContactPoint.objects.exclude(state=ContactPoint.State.REPLACED).order_by("pk")
    points = Prefetch("person__contact_points", queryset=known, to_attr="points")
    others = NotOnePerson.objects.filter(one=OuterRef("person")).order_by().values("other")
    return supervisors.annotate(others=ArraySubquery(others)).select_related("person").prefetch_related(points)


@dataclass(frozen=True)
class Part:
    """An entry of a person that was put into another one; `key` names the merge, which can be undone `until` then."""

    name: str
    key: str
    until: datetime


def _supervisors(employer: Employer, viewer: Membership, today: date) -> Iterator[Any]:
    """By name, each with its addresses for `mail` and its `parts`; an entry that is a part is out of sight."""
    part_of = PersonMerge.objects.filter(undone_at=None)
    merges = person_merges_visible_to(viewer).filter(
        kept=OuterRef("person"), undone_at=None, at__date__gte=today - UNDO_FOR
    )
    known = JSONObject(key="public_id", given="gone__given_name", family="gone__family_name", at="at")
    rows: Any = with_points(Supervisor.objects.filter(site__employer=employer))
    rows = rows.exclude(person__in=part_of.values("gone")).annotate(
        merges=ArraySubquery(merges.order_by("pk").values(known=known))
    )
    for row in rows.order_by("person__sort_key", "pk"):
        row.person.mail = [point for point in row.person.points if point.channel == ContactPoint.Channel.EMAIL]
        row.parts = [_part(merge) for merge in row.merges or ()]
        yield row


def _part(merge: Mapping[str, Any]) -> Part:
    name = f"{merge['given']} {merge['family']}".strip()
    return Part(name, merge["key"], datetime.fromisoformat(merge["at"]) + UNDO_FOR)


# ── What a host sets itself ──────────────────────────────────────────────────────────────────────────────────────────


def as_wishes(capacity: Capacity) -> Wishes:
    return Wishes(
        at_once=capacity.at_once,
        a_year=capacity.a_year,
        quiet_months=frozenset(capacity.quiet_months),
        paused_until=capacity.paused_until,
        left_on=capacity.left_on,
    )


def capacity_of(employer: Employer) -> Capacity | None:
    """What the host has set, with who did it last; nothing where it never did."""
    return Capacity.objects.filter(employer=employer).select_related("person").first()


def wishes_of(employer_id: int | None) -> Wishes:
    capacity = Capacity.objects.filter(employer=employer_id).first() if employer_id else None
    return as_wishes(capacity) if capacity else Wishes()


def quiet(today: date, employer: str = "") -> Q:
    """Firms that nobody asks for anything new today (employers.rules.no_asking); `employer` is the path to them."""
    path = f"{employer}capacity__"
    is_quiet = Q(**{f"{path}quiet_months__contains": [today.month]})
    return is_quiet | Q(**{f"{path}paused_until__gt": today}) | Q(**{f"{path}left_on__isnull": False})


def said_no(relation: SchoolEmployer) -> tuple[Transition, str] | None:
    """The last time that the firm said it offers no places, and why; nothing once it has offered some since."""
    rows = Transition.objects.filter(noun="relation", object_id=relation.pk, verb="not_this_year")
    said = rows.order_by("-at", "-pk").first()
    if said is None:
        return None
    offered = Transition.objects.filter(
        noun="offer", verb="offer", at__gt=said.at, school_id=relation.school_id,
        object_id__in=Offer.objects.filter(site__employer=relation.employer_id).values("pk"),
    )  # fmt: skip
    return None if offered.exists() else (said, str(Decline(said.details["decline"]).label))
