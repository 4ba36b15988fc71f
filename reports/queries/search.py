"""One search for a whole school: students, placements, firms, sites and supervisors by a part of their names."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import and_
from typing import Any
from urllib.parse import urlencode

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Membership
from core.names import by_name, sort_key
from core.templatetags.ui import period
from employers.access import relations_visible_to, sites_visible_to, supervisors_visible_to
from employers.queries import at_work
from placements.access import visible_to
from placements.models import Placement
from reports.phases import badge, with_phase
from schools.access import students_visible_to
from schools.models import Enrolment, Student

SHOWN = 8
LEAST = 2
"""Letters from which a search begins."""
LONGEST = 100


@dataclass(frozen=True)
class Hit:
    """One thing that was found: its name, what tells it from others of that name, and its page."""

    title: str
    text: str
    url: str
    tone: str = ""
    state: str = ""


@dataclass(frozen=True)
class Group:
    """Hits of one kind, the first ones by name; `more` is the list with all of them, where there are more."""

    label: str
    icon: str
    hits: list[Hit]
    more: str = ""


def named(q: str, *fields: str) -> Q:
    """Every word of `q` is in one of these columns of sort keys: in any order, without accents and case."""
    words = sort_key(q).split()
    return reduce(and_, (_either(word, fields) for word in words), Q())


def _either(word: str, fields: Iterable[str]) -> Q:
    either = Q()
    for field in fields:
        either |= Q(**{f"{field}__contains": word})
    return either


def is_short(q: str) -> bool:
    return len(sort_key(q).replace(" ", "")) < LEAST


def search(viewer: Membership, q: str, *, today: date) -> list[Group]:
    """What this member may open and whose name holds every word of `q`, by kind; nothing for less than two letters."""
    if is_short(q):
        return []
    groups = [
        _students(viewer, q),
        _placements(viewer, q),
        _firms(viewer, q),
        _sites(viewer, q),
        _supervisors(viewer, q, today),
    ]
    return [group for group in groups if group.hits]


def _first(found: QuerySet[Any], field: str) -> list[Any]:
    """The first by name, and one more that tells whether there are others."""
    return list(by_name(found, field)[: SHOWN + 1])


def _group(label: str, icon: str, rows: list[Any], hit: Callable[[Any], Hit], more: str = "") -> Group:
    return Group(label, icon, [hit(row) for row in rows[:SHOWN]], more if len(rows) > SHOWN else "")


def _students(viewer: Membership, q: str) -> Group:
    newest = Enrolment.objects.filter(student=OuterRef("pk")).order_by("-starts_on", "-pk")
    found = Student.objects.filter(pk__in=students_visible_to(viewer).values("pk"), school=viewer.organisation_id)
    rows = _first(
        found.filter(named(q, "person__sort_key"))
        .select_related("person")
        .annotate(cohort=Subquery(newest.values("cohort__name")[:1])),
        "person__sort_key",
    )

    def hit(row: Any) -> Hit:
        return Hit(
            row.person.full_name, row.cohort or _("not enrolled"), reverse("reports:student", args=[row.public_id])
        )

    return _group(_("Students"), "graduation-cap", rows, hit, _list("reports:students", q))


def _placements(viewer: Membership, q: str) -> Group:
    found = Placement.objects.filter(pk__in=visible_to(viewer).values("pk"), school=viewer.organisation_id)
    order = ("-starts_on", "learner__sort_key", "pk")
    fitting = found.filter(named(q, "learner__sort_key", "employer__sort_key")).order_by(*order)
    keys = list(fitting.values_list("pk", flat=True)[: SHOWN + 1])
    rows = with_phase(Placement.objects.filter(pk__in=keys)).select_related("learner", "employer").order_by(*order)

    def hit(row: Any) -> Hit:
        tone, state = badge(row, viewer.role)
        place = row.employer.name if row.employer else _("School workshop")
        text = _("%(place)s, %(period)s") % {"place": place, "period": period(row.starts_on, row.ends_on)}
        return Hit(row.learner.full_name, text, reverse("reports:placement", args=[row.public_id]), tone, state)

    return _group(_("Placements"), "users", list(rows), hit, _list("reports:placements", q))


def _firms(viewer: Membership, q: str) -> Group:
    found = relations_visible_to(viewer).filter(named(q, "employer__sort_key")).select_related("employer")
    rows = _first(found, "employer__sort_key")

    def hit(row: Any) -> Hit:
        return Hit(
            row.employer.name, row.get_tier_display(), reverse("employers:employer", args=[row.employer.public_id])
        )

    return _group(_("Employers"), "briefcase", rows, hit, _list("employers:employers", q))


def _sites(viewer: Membership, q: str) -> Group:
    """Sites have no sort key: those of one school are few enough to be folded here."""
    words = sort_key(q).split()
    known = sites_visible_to(viewer).order_by().values_list("pk", "name", "address")
    fitting = [key for key, *texts in known if _holds(sort_key(*texts), words)]
    rows = list(
        sites_visible_to(viewer).filter(pk__in=fitting).select_related("employer").order_by("name", "address", "pk")
    )

    def hit(row: Any) -> Hit:
        text = _("%(firm)s, %(address)s") % {"firm": row.employer.name, "address": row.address}
        return Hit(row.name or row.employer.name, text, reverse("employers:employer", args=[row.employer.public_id]))

    return _group(_("Sites"), "map-pin", rows, hit)


def _holds(text: str, words: list[str]) -> bool:
    return all(word in text for word in words)


def _supervisors(viewer: Membership, q: str, today: date) -> Group:
    found = supervisors_visible_to(viewer).filter(at_work(today)).filter(named(q, "person__sort_key"))
    rows = _first(found.select_related("person", "site__employer"), "person__sort_key")

    def hit(row: Any) -> Hit:
        firm = row.site.employer
        return Hit(row.person.full_name, firm.name, reverse("employers:employer", args=[firm.public_id]))

    return _group(_("Supervisors"), "user", rows, hit)


def _list(name: str, q: str) -> str:
    return f"{reverse(name)}?{urlencode({'q': q})}"
