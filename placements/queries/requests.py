"""Reads of requests to hosts: the question as a host reads it, and where the request of a placement stands."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet

from accounts.models import ContactPoint, Membership, Person
from core.names import sort_key
from employers.access import sites_visible_to
from employers.models import SchoolEmployer, Site, Supervisor
from employers.queries import at_work
from placements.access import requests_visible_to
from placements.models import HostRequest, Placement
from placements.queries import plans
from placements.queries.host_plan import usual_tasks
from placements.rules.plan import usual_week
from placements.rules.requesting import age_group

SHOWN = 6


@dataclass(frozen=True)
class Question:
    """All that a host is told of a student before it says yes: no family name, no grades, no adjustments."""

    first_name: str
    programme: str
    age_group: Any
    host: str
    starts_on: date
    ends_on: date
    week_minutes: int = 0
    learns: list[str] = field(default_factory=list)
    usual: list[str] = field(default_factory=list)


def with_placement(requests: QuerySet[HostRequest]) -> QuerySet[HostRequest]:
    return requests.select_related(
        "person",
        "site__employer",
        "placement__school",
        "placement__learner",
        "placement__enrolment__student",
        "placement__enrolment__cohort__version__programme",
    )


def question_of(request: HostRequest) -> Question:
    """The question in words; hours and what is learned come from the plan, where one is written."""
    placement = request.placement
    plan = plans.latest_plan(placement)
    enrolment = placement.enrolment
    learns = list(plan.outcomes.order_by("pk").values_list("outcome__text", flat=True)[:SHOWN]) if plan else []
    return Question(
        first_name=first_name(placement.learner),
        programme=programme_of(request),
        age_group=age_group(enrolment.student.birth_date if enrolment else None, placement.starts_on),
        host=host_of(request),
        starts_on=placement.starts_on,
        ends_on=placement.ends_on,
        week_minutes=usual_week(plans.shifts_of(plan)) if plan else 0,
        learns=learns,
        usual=[title for title in usual_tasks(placement) if title not in learns],
    )


def first_name(person: Person) -> str:
    """The given name; for those who have one name only, that one."""
    return person.given_name or person.family_name


def programme_of(request: HostRequest) -> str:
    """The programme of a student; a teacher who comes to learn has none."""
    enrolment = request.placement.enrolment
    return enrolment.cohort.version.programme.name if enrolment else ""


def host_of(request: HostRequest) -> str:
    return request.site.employer.name if request.site.employer else str(request.site)


def latest_of(placement: Placement) -> HostRequest | None:
    """The newest request of a placement, for the one who coordinates it: one query."""
    found = HostRequest.objects.filter(placement=placement).select_related("person", "site__employer")
    return found.order_by("-asked_at", "-pk").first()


def open_for(viewer: Membership) -> list[tuple[HostRequest, str]]:
    """The requests that wait for an answer of this person at a host, each with the first name of the student."""
    waiting = requests_visible_to(viewer).filter(state=HostRequest.State.OPEN, placement__state=Placement.State.PLANNED)
    rows = waiting.select_related("placement__learner", "placement__school").order_by("answer_by", "pk")
    return [(row, first_name(row.placement.learner)) for row in rows]


def site_of(placement: Placement) -> Site | None:
    """Where the placement is planned now."""
    segment = placement.segments.select_related("site__employer").order_by("starts_on", "pk").first()
    return segment.site if segment else None


def askable_sites(viewer: Membership) -> QuerySet[Site]:
    """Sites of the firms with which the school works, but for those that closed or take no students now."""
    barred = SchoolEmployer.objects.filter(school=viewer.organisation_id).exclude(
        suspended_at=None, not_approved_since=None
    )
    found = sites_visible_to(viewer).filter(
        employer__closed_on=None, employer__merged_into=None, employer__capacity__left_on=None
    )
    return found.exclude(employer__in=barred.values("employer"))


def hosts_to_ask(viewer: Membership, q: str) -> QuerySet[Site]:
    """The sites that may be asked, by the name of the firm; `q` is part of it."""
    found = askable_sites(viewer).select_related("employer").order_by("employer__sort_key", "pk")
    return found.filter(employer__sort_key__contains=sort_key(q)) if q.strip() else found


def people_to_ask(site: Site, today: date) -> list[Supervisor]:
    """Who works at the site and can be written to, each with a mail address that works or an account."""
    working = ContactPoint.objects.filter(channel=ContactPoint.Channel.EMAIL, state=ContactPoint.State.WORKING).values(
        "person"
    )
    here = Supervisor.objects.filter(at_work(today), site=site).select_related("person")
    reachable = here.filter(person__in=working) | here.filter(person__user__isnull=False)
    return list(reachable.order_by("person__sort_key", "pk"))
