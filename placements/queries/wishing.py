"""What a student's page of wishes shows: until when they count, the areas to choose from, and the firms to name."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from accounts.models import Membership, Organisation
from core.names import by_name, sort_key
from employers.models import Employer, SchoolEmployer
from placements.models import Matching, MatchingStudent, Wish
from placements.queries.matching import has_place, known_positions
from placements.rules.wishing import Position, areas, counts_until
from schools.access import enrolments_visible_to
from schools.models import Enrolment


@dataclass(frozen=True)
class Own:
    """For which enrolment a student tells what it wishes, and the batch in which places are looked for, if there is
    one."""

    enrolment: Enrolment
    batch: Matching | None

    @property
    def until(self) -> date | None:
        """The day on which the school begins to look."""
        return counts_until(self.batch.starts_on) if self.batch else None

    @property
    def wish(self) -> Wish | None:
        return getattr(self.enrolment, "wish", None)

    @property
    def firms(self) -> list[Employer]:
        """The firms that were named, the most wanted first; one query."""
        hosts = self.wish.hosts.select_related("employer").order_by("position") if self.wish else ()
        return [host.employer for host in hosts]


def looking(viewer: Membership, today: date) -> QuerySet[MatchingStudent]:
    """The batches ahead in which a student looks for a place and has none yet."""
    ahead = MatchingStudent.objects.filter(
        enrolment__student__person__user=viewer.user_id,
        matching__school=viewer.organisation_id,
        matching__starts_on__gt=today,
    )
    return ahead.filter(~has_place())


def own_wishes(viewer: Membership, today: date) -> Own | None:
    """The enrolment of the batch that starts first, else the newest one; None for who is not enrolled now."""
    enrolments = enrolments_visible_to(viewer).exclude(ends_on__lt=today).select_related("student", "wish")
    row = looking(viewer, today).select_related("matching").order_by("matching__starts_on", "pk").first()
    if row and (found := enrolments.filter(pk=row.enrolment_id).first()):
        return Own(found, row.matching)
    newest = enrolments.order_by("-starts_on", "-pk").first()
    return Own(newest, None) if newest else None


def areas_near(school: Organisation) -> dict[Position, str]:
    """Areas in which the school knows a site of a firm and where it is."""
    return areas(known_positions(school))


def firms_to_name(school: Organisation, q: str = "") -> QuerySet[Employer]:
    """Firms of the school to which students go, by name, with their sites; `q` is part of the name."""
    goes = SchoolEmployer.objects.filter(school=school, suspended_at=None, not_approved_since=None)
    found = Employer.objects.filter(
        pk__in=goes.values("employer"), closed_on=None, merged_into=None, capacity__left_on=None
    )
    return by_name(found.filter(sort_key__contains=sort_key(q)).prefetch_related("sites"), "sort_key")
