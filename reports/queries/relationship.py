"""Reads for the relationship with one firm: what was asked of it and how long that took, and all that happened."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Count,
    Exists,
    ExpressionWrapper,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Concat, Trim
from django.utils.translation import gettext_lazy as _

from accounts.models import Link, Membership, Person
from core.models import Transition
from employers.access import relations_visible_to
from employers.models import Offer, Round, SchoolEmployer
from placements.access import visible_to
from placements.models import Appointment, Contact, Feedback, HostRequest, HostTime, Placement
from placements.rules.requesting import Answers, Asked, answers
from reminders.models import Outbox, Reader
from reports.timeline import SENTENCES, Event, events

YEAR = timedelta(days=365)


class Part(TextChoices):
    """What the log can be narrowed to."""

    CONTACTS = "contacts", _("Contacts")
    REQUESTS = "requests", _("Requests")
    OFFERS = "offers", _("Offers")
    APPOINTMENTS = "appointments", _("Visits and talks planned")
    PLACEMENTS = "placements", _("Placements")
    CHECKS = "checks", _("Checks and approval")


_OFFERING = {("round", "open"), ("offer", "offer"), ("offer", "withdraw"), ("relation", "not_this_year")}
MOVES: dict[Part, set[tuple[str, str]]] = {
    Part.CONTACTS: {move for move in SENTENCES if move[0] == "contact"},
    Part.REQUESTS: {move for move in SENTENCES if move[0] == "request"},
    Part.OFFERS: _OFFERING,
    Part.APPOINTMENTS: {move for move in SENTENCES if move[0] == "appointment"},
    Part.PLACEMENTS: {("placement", verb) for verb in ("start", "end", "break")},
    Part.CHECKS: {move for move in SENTENCES if move[0] == "relation"} - _OFFERING,
}


@dataclass(frozen=True)
class Hosted:
    """Students of the school who began here in this and in the last calendar year."""

    this_year: int
    last_year: int


@dataclass(frozen=True)
class Firm:
    """What the page of a relationship is drawn from; `relation` comes with `letters`, `forms` and `seconds`.

    `placements` are all of the school here, by key, each with `is_seen`: whether the reader may open it. So are the
    `requests`, each with `is_taken_back` too.
    """

    relation: Any
    placements: dict[int, Any]
    requests: list[Any]

    @property
    def again(self) -> Feedback | None:
        """What the firm said last about hosting again."""
        given = [one.feedback for one in self.placements.values() if hasattr(one, "feedback")]
        return max(given, key=lambda one: (one.given_at, one.pk), default=None)

    @property
    def opened(self) -> dict[int, Any]:
        """The placements that the reader may open, with those for which the firm was only asked."""
        asked = {one.placement_id: one.placement for one in self.requests if one.is_seen}
        return asked | {key: one for key, one in self.placements.items() if one.is_seen}

    def hosted(self, today: date) -> Hosted:
        begun = [one.starts_on.year for one in self.placements.values() if one.state not in Placement.NOT_BEGUN]
        return Hosted(begun.count(today.year), begun.count(today.year - 1))

    def answers(self, now: datetime) -> Answers:
        lately = [one for one in self.requests if one.asked_at >= now - YEAR]
        return answers([Asked(_state(one), one.asked_at, one.answered_at) for one in lately])


def _state(request: Any) -> str:
    """A request that the school took back is no silence of the firm."""
    return "" if request.is_taken_back else request.state


def firm_of(viewer: Membership, public_id: UUID, *, now: datetime) -> Firm | None:
    """The firm as the school knows it, in three queries; nothing where the school does not work with it."""
    known = relations_visible_to(viewer).filter(employer__public_id=public_id).select_related("employer")
    relation = _with_burden(known, now).first()
    if relation is None:
        return None
    here = Placement.objects.filter(school=relation.school_id, employer=relation.employer_id)
    seen = visible_to(viewer).filter(pk=OuterRef("pk"))
    placements = here.annotate(is_seen=Exists(seen)).select_related("learner", "feedback").order_by("pk")
    asked = HostRequest.objects.filter(placement__school=relation.school_id, site__employer=relation.employer_id)
    taken_back = Transition.objects.filter(noun="request", object_id=OuterRef("pk"), verb="take_back")
    requests = asked.annotate(
        is_seen=Exists(visible_to(viewer).filter(pk=OuterRef("placement"))), is_taken_back=Exists(taken_back)
    ).order_by("pk")
    return Firm(relation, {one.pk: one for one in placements}, list(requests.select_related("placement__learner")))


def _with_burden(relations: QuerySet[SchoolEmployer], now: datetime) -> QuerySet[Any]:
    """With what the school asked of the firm in a year: `letters` sent, `forms` that came back, `seconds` for them."""
    letters = Outbox.objects.filter(
        school=OuterRef("school"), employer=OuterRef("employer"), reader=Reader.HOST, sent_at__gte=now - YEAR
    )
    times = HostTime.objects.filter(
        placement__school=OuterRef("school"), placement__employer=OuterRef("employer"), at__gte=now - YEAR
    )
    return relations.annotate(
        letters=_sum(letters, "employer", Count("pk")),
        forms=_sum(times, "placement__employer", Count("key", distinct=True)),
        seconds=_sum(times, "placement__employer", Sum("seconds")),
    )


def _sum(rows: QuerySet, by: str, what: Count | Sum) -> Coalesce:
    sums = rows.order_by().values(by).annotate(sum_of_all=what).values("sum_of_all")
    return Coalesce(Subquery(sums, output_field=IntegerField()), Value(0))


# ── The log ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Earlier:
    """What stood in a contact before its author corrected it at `at`."""

    at: datetime
    on: date
    method: str
    seen: str
    learned: str


@dataclass(frozen=True)
class Line:
    """Something that happened: by whom, in which placement, and what was said where it was a contact.

    `contact` comes with `is_own`: whether the reader wrote it down and may correct it. `earlier`: the oldest first.
    """

    event: Event
    who: str
    placement: Any
    contact: Any
    earlier: list[Earlier]


def log_of(firm: Firm, part: str) -> QuerySet[Any]:
    """The moves of the firm that the reader may know of, newest first, each with `who` did it; one query before."""
    mine = {key for key, one in firm.placements.items() if one.is_seen}
    rows = {
        "relation": {firm.relation.pk},
        "placement": mine,
        "request": {one.pk for one in firm.requests if one.is_seen},
        **_kept(firm.relation, mine),
    }
    wanted = MOVES[Part(part)] if part in Part.values else set[tuple[str, str]]().union(*MOVES.values())
    found = Q()
    for noun, keys in rows.items():
        if verbs := sorted(verb for name, verb in wanted if name == noun):
            found |= Q(noun=noun, verb__in=verbs, object_id__in=keys)
    moves = Transition.objects.filter(found, school_id=firm.relation.school_id)
    return _with_who(moves).order_by("-at", "-pk")


def _kept(relation: SchoolEmployer, placements: set[int]) -> dict[str, set[int]]:
    """Keys of contacts, appointments, offers, and rounds in which the firm was asked."""
    contacts = Contact.objects.filter(
        Q(placement=None) | Q(placement__in=placements), school=relation.school_id, employer=relation.employer_id
    )
    planned = Appointment.objects.filter(placement__in=placements)
    offers = Offer.objects.filter(school=relation.school_id, site__employer=relation.employer_id)
    rounds = Round.objects.filter(school=relation.school_id, firms__employer=relation.employer_id)
    nouns = {"contact": contacts, "appointment": planned, "offer": offers, "round": rounds}
    parts = [
        rows.order_by().annotate(noun=Value(noun, CharField())).values_list("noun", "pk")
        for noun, rows in nouns.items()
    ]
    keys: dict[str, set[int]] = {noun: set() for noun in nouns}
    for noun, key in parts[0].union(*parts[1:], all=True).order_by():
        keys[noun].add(key)
    return keys


def _with_who(moves: QuerySet[Transition]) -> QuerySet[Any]:
    """With the name of whoever moved: of an account, or of the person of a link."""
    name = Trim(Concat("given_name", Value(" "), "family_name"))
    people = Person.objects.annotate(name=name).order_by()
    account = people.filter(user=OuterRef("actor_id")).values("name")[:1]
    link = people.filter(pk__in=Link.objects.filter(pk=OuterRef(OuterRef("actor_id"))).values("person")).values("name")
    who = Case(
        When(actor_kind="user", then=Subquery(account)),
        When(actor_kind="link", then=Subquery(link[:1])),
        output_field=CharField(),
    )
    return moves.annotate(who=Coalesce(who, Value("")))


def lines_of(firm: Firm, moves: Iterable[Any], *, today: date, viewer: Membership) -> list[Line]:
    """One line for each move; one query for what was said."""
    rows = list(moves)
    contacts = _contacts([row.object_id for row in rows if row.noun == "contact"], viewer)
    found = [contacts.get(row.object_id) if row.noun == "contact" else None for row in rows]
    for row, contact in zip(rows, found, strict=True):
        if contact:  # the log keeps the day that was written first; the one that holds stands in the contact
            row.details = row.details | {"on": contact.on.isoformat()}
    told, opened = events(rows, today=today, role=viewer.role), firm.opened
    return [
        Line(event, row.who, opened.get(_placement_of(row)), contact, _earlier(contact) if contact else [])
        for row, event, contact in zip(rows, told, found, strict=True)
    ]


def _contacts(keys: list[int], viewer: Membership) -> dict[int, Any]:
    is_own = ExpressionWrapper(Q(placement=None, person__user=viewer.user_id), output_field=BooleanField())
    return Contact.objects.annotate(is_own=is_own).order_by("pk").in_bulk(keys)


def _earlier(contact: Contact) -> list[Earlier]:
    return [
        Earlier(
            at=datetime.fromisoformat(words["at"]),
            on=date.fromisoformat(words["on"]),
            method=str(Contact.Method(words["method"]).label),
            seen=words["seen"],
            learned=words["learned"],
        )
        for words in contact.earlier
    ]


def _placement_of(move: Transition) -> int:
    noun, _colon, key = move.timeline.partition(":")
    return int(key) if noun == "placement" else 0
