"""What a host reads of its own offers: those that stand, how many places are taken, and for whom it may offer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import JSONObject

from accounts.models import Organisation
from accounts.roles import Role
from employers.models import Employer, Offer, Round, RoundFirm, Site
from employers.queries import at_work, wishes_of
from employers.rules import beyond
from placements.access import firms_behind
from placements.doors import Door
from placements.models import Placement
from placements.queries.rounds import silent


def schools_behind(door: Door, firm: Employer) -> list[Organisation]:
    """Whom the firm may offer places: by link the school of the link, else the schools that work with the firm."""
    if door.school:
        return [door.school]
    found = Organisation.objects.filter(school_employers__employer=firm, kind=Organisation.Kind.SCHOOL)
    return list(found.order_by("name", "pk"))


def sites_behind(door: Door, firm: Employer, today: date) -> list[Site]:
    """Where students may come: the sites at which whoever came in guides, else all of the firm."""
    sites = Site.objects.filter(employer=firm).order_by("pk")
    own = sites.filter(at_work(today, "supervisors__"), supervisors__person=door.guide).distinct()
    return list(own) or list(sites)


def asked_of(schools: Collection[Organisation], firm: Employer, today: date) -> Round | None:
    """The last round in which one of these schools asks the firm for places, while it goes on."""
    found = Round.objects.filter(firms__employer=firm, school__in=schools, closed_at=None, starts_on__gt=today)
    return found.select_related("school").order_by("-at", "-pk").first()


@dataclass(frozen=True)
class Question:
    """A school asks for places in a period; `key` names the firm that it means."""

    school: str
    key: str
    starts_on: date
    ends_on: date


def with_questions(placements: QuerySet[Placement], door: Door, today: date) -> QuerySet[Any]:
    """Each placement with what `questions_to` reads, so that it costs no query of its own."""
    return placements.annotate(questions=ArraySubquery(_questions(door, today)))


def questions_to(door: Door, here: Sequence[Any], today: date) -> list[Question]:
    """What the rounds of schools ask whoever is signed in, or the firm of its owner, until it is answered.

    `here` are placements `with_questions`; one query where there are none.
    """
    rows = here[0].questions if here else [row["question"] for row in _questions(door, today)]
    return [
        Question(**row | {name: date.fromisoformat(row[name]) for name in ("starts_on", "ends_on")}) for row in rows
    ]


def _questions(door: Door, today: date) -> QuerySet[Any]:
    asked = RoundFirm.objects.filter(employer__in=firms_behind(door), round__closed_at=None, round__starts_on__gt=today)
    if door.actor.role != Role.OWNER:
        asked = asked.filter(person=door.person)
    row = JSONObject(
        school="round__school__name", key="employer__public_id",
        starts_on="round__starts_on", ends_on="round__ends_on",
    )  # fmt: skip
    return silent(asked).order_by("round__starts_on", "pk").values(question=row)


def own_offers(door: Door, firm: Employer, today: date) -> QuerySet[Offer]:
    """Offers that stand and are not over, each with the number of places that are `taken`: by link of one school."""
    found = Offer.objects.filter(site__employer=firm, withdrawn_at=None, ends_on__gte=today)
    if door.school:
        found = found.filter(school=door.school)
    return with_taken(found).select_related("school", "site", "offered_by").order_by("starts_on", "pk")


def with_taken(offers: QuerySet[Offer]) -> QuerySet[Any]:
    """Each offer with the number of its places that are `taken`."""
    return offers.annotate(taken=Count("placements", filter=~Q(placements__state=Placement.State.CANCELLED)))


def offers_with_words(door: Door, firm: Employer, today: date) -> list[tuple[Offer, str]]:
    """The firm's own offers, each with what its own limits say to it."""
    offers, wishes = list(own_offers(door, firm, today)), wishes_of(firm.pk)
    return [(offer, beyond(wishes, offer.places) or "") for offer in offers]
