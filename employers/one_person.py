"""Reads for two entries of one person at a firm: what its page proposes, and what a merge would change."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import ContactPoint, Membership, Person
from core.formats import listed
from employers.access import sites_visible_to
from employers.doubles import SIGNS, Line
from employers.duplicates import Guide, Sign, same_person
from employers.models import PersonMerge, Supervisor
from employers.queries import with_points

Channel = ContactPoint.Channel


@dataclass(frozen=True)
class Twins:
    """Two supervisors of a firm who may be one person; `kept` is known longer. Somebody may have said that they are
    two."""

    kept: Supervisor
    gone: Supervisor
    signs: tuple[Sign, ...]
    said_two: bool = False

    @property
    def why(self) -> str:
        return listed([str(SIGNS[sign]) for sign in self.signs])


def twins_among(supervisors: Iterable[Supervisor]) -> list[Twins]:
    """Each pair of one firm that may be one person, once; supervisors come `with_points`."""
    rows: dict[int, list[Any]] = defaultdict(list)
    for supervisor in sorted(supervisors, key=lambda one: (one.person_id, one.pk)):
        rows[supervisor.person_id].append(supervisor)
    people = [(own[0], _guide(own)) for own in rows.values()]
    return [
        Twins(one, other, signs, said_two=other.person_id in one.others)
        for (one, mine), (other, theirs) in combinations(people, 2)
        if (signs := same_person(mine, theirs))
    ]


def _guide(rows: list[Any]) -> Guide:
    person = rows[0].person
    return Guide(
        name=person.full_name,
        sites=frozenset(row.site_id for row in rows),
        emails=tuple(_reached(person, Channel.EMAIL)),
        phones=tuple(_reached(person, Channel.PHONE)),
    )


def _reached(person: Any, *channels: str) -> list[str]:
    return [point.address for point in person.points if point.channel in channels]


# ── What a merge would change ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Preview:
    kept: Supervisor
    gone: Supervisor
    signs: tuple[Sign, ...]
    lines: list[Line]

    @property
    def why(self) -> str:
        return listed([str(SIGNS[sign]) for sign in self.signs])


def supervisors_of(viewer: Membership) -> QuerySet[Any]:
    """Supervisors at the firms of the school, `with_points`, with what their people do there."""
    return with_points(Supervisor.objects.filter(site__in=sites_visible_to(viewer))).select_related("site__employer")


def preview(kept: Supervisor, gone: Supervisor, viewer: Membership) -> Preview:
    """Both entries at the firms of the school; students of other schools are not counted."""
    own = Q(segments__placement__school=viewer.organisation_id)
    rows: dict[int, list[Any]] = defaultdict(list)
    found = supervisors_of(viewer).filter(person__in=(kept.person_id, gone.person_id)).order_by("pk")
    for row in found.annotate(students=Count("segments__placement", filter=own, distinct=True)):
        rows[row.person_id].append(row)
    one, other = rows[kept.person_id], rows[gone.person_id]
    return Preview(kept, gone, same_person(_guide(one), _guide(other)), list(_lines(one, other)))


def _lines(one: Collection[Any], other: Collection[Any]) -> Iterator[Line]:
    (mine, *_rest), (theirs, *_others) = one, other
    yield Line(_("Name"), [mine.person.full_name], [theirs.person.full_name], [mine.person.full_name])
    points, more = (_reached(row.person, Channel.EMAIL, Channel.PHONE) for row in (mine, theirs))
    yield Line(_("Reached at"), points, more, list(dict.fromkeys(points + more)))
    sites, others = ([str(row.site) for row in rows] for rows in (one, other))
    yield Line(_("Sites"), sites, others, list(dict.fromkeys(sites + others)))
    students, guests = (sum(row.students for row in rows) for rows in (one, other))
    yield Line(_("Placements"), [str(students)], [str(guests)], [str(students + guests)])
    account, other_account = bool(mine.person.user_id), bool(theirs.person.user_id)
    signs_in = (account, other_account, account or other_account)
    yield Line(_("Signs in"), *([_("yes") if signs else _("no")] for signs in signs_in))


def is_joined(kept: Person, gone: Person) -> bool:
    """Whether the two are one already, so that nothing is left to do."""
    return kept == gone or PersonMerge.objects.filter(kept=kept, gone=gone, undone_at=None).exists()
