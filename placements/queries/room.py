"""Who is at a firm and when, counted over all schools: what a host's own limits are compared with. No names."""

from django.db.models import Exists, Min, OuterRef, Q
from django.db.models.functions import Least
from django.db.models.query import QuerySet

from employers.rules import Stay
from placements.models import HostRequest, Placement, Segment, Signature

_NOT_STUDENTS = (Placement.Purpose.TEACHER, Placement.Purpose.JOB, Placement.Purpose.PRIOR_WORK)


def stays_at(employer_id: int) -> list[tuple[int, Stay]]:
    """Stays of students at a firm, there or planned, each with the key of its placement; one query.

    Left out are those that the host has not taken, who never came, and what a student does beside school.
    """
    found = _stays(Segment.objects.filter(site__employer=employer_id))
    return [(placement, stay) for _employer, placement, stay in found]


def counted_stays(segments: QuerySet[Segment]) -> list[tuple[int, Stay]]:
    """The same for segments at several firms, each stay with the key of its firm; one query."""
    return [(employer, stay) for employer, _placement, stay in _stays(segments)]


def _stays(segments: QuerySet[Segment]) -> list[tuple[int, int, Stay]]:
    same = Segment.objects.filter(placement=OuterRef("placement"), site__employer=OuterRef("site__employer")).order_by()
    first = same.values("placement").annotate(first=Min("starts_on")).values("first")
    rows = _counted(segments).annotate(until=Least("ends_on", "placement__ends_on"), began=first)
    columns = rows.order_by("starts_on", "pk").values_list(
        "site__employer", "placement", "placement__learner", "starts_on", "until", "began"
    )
    return [
        (employer, key, Stay(learner, first, last, began))
        for employer, key, learner, first, last, began in columns
        if first <= last
    ]


def _counted(segments: QuerySet[Segment]) -> QuerySet[Segment]:
    asked = HostRequest.objects.filter(placement=OuterRef("placement"), site__employer=OuterRef("site__employer"))
    no = asked.filter(state__in=(HostRequest.State.DECLINED, HostRequest.State.LAPSED)).order_by()
    other = asked.filter(state__in=(HostRequest.State.OPEN, HostRequest.State.ACCEPTED)).order_by()
    sent = Signature.objects.filter(agreement__plan__placement=OuterRef("placement")).order_by()
    refused = Q(Exists(no), ~Exists(other), ~Exists(sent), placement__state=Placement.State.PLANNED)
    gone = Q(placement__state=Placement.State.CANCELLED) | Q(placement__end_reason=Placement.EndReason.NO_SHOW)
    return segments.exclude(placement__purpose__in=_NOT_STUDENTS).exclude(gone).exclude(refused)
