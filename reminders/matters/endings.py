"""What hosts are told about an end: that it comes soon, what the school did with their feedback, and thank you."""

from django.urls import reverse
from django.utils import timezone

from accounts.models import Link
from employers.models import Employer
from employers.queries import quiet
from placements.models import Feedback, FeedbackUse, Placement
from placements.queries.feedback import Figures, figures_of, used
from reminders.letters.parts import Matter
from reminders.matters.placements import matter_of
from reminders.models import Due
from reminders.ways import Ways


def to_end(rows: list[Due], placements: dict[int, Placement], ways: Ways) -> list[Matter]:
    url = ways.task(Link.Purpose.CONFIRM, 0, reverse("placements:host"))
    return [matter_of(placements[row.subject_id], ways, url=url) for row in rows]


def to_thank(rows: list[Due], placements: dict[int, Placement], ways: Ways) -> list[Matter]:
    """With what the firm has done so far for this school, the last use of the feedback, and the way to the next offer.

    Whoever said that it takes no student again, or wants to be left alone now, is thanked and asked for nothing.
    """
    hosts = sorted((placements[row.subject_id] for row in rows), key=lambda one: (one.employer_id or 0, one.pk))
    offering, uses, figures = _offering(hosts, ways), _last_uses(hosts), _figures(hosts)
    return [
        matter_of(
            placement,
            ways,
            minutes=figures[placement.employer_id].minutes,
            count=figures[placement.employer_id].students,
            what=uses.get(placement.pk, ""),
            url=ways.offers() if placement.pk in offering else "",
        )
        for placement in hosts
    ]


def _offering(placements: list[Placement], ways: Ways) -> set[int]:
    """The placements whose host may be asked for the next place now."""
    ids = [placement.pk for placement in placements]
    unwilling = Feedback.objects.filter(placement__in=ids, host_again=Feedback.Again.NO)
    silent = Employer.objects.filter(quiet(timezone.localdate(ways.now)), placements__in=ids)
    no, firms = set(unwilling.values_list("placement", flat=True)), set(silent.values_list("pk", flat=True))
    return {placement.pk for placement in placements if placement.pk not in no and placement.employer_id not in firms}


def _figures(placements: list[Placement]) -> dict[int | None, Figures]:
    """By firm: all placements of a letter are of one school."""
    return {one.employer_id: figures_of(one) for one in {one.employer_id: one for one in placements}.values()}


def _last_uses(placements: list[Placement]) -> dict[int, str]:
    uses = FeedbackUse.objects.filter(feedback__placement__in=[one.pk for one in placements]).order_by("on", "pk")
    return {use.feedback.placement_id: used(use) for use in uses.select_related("feedback", "person")}


def was_used(rows: list[Due], placements: dict[int, Placement], ways: Ways) -> list[Matter]:
    """What was done with a feedback, in one sentence; what the school wrote about it stands on the page only."""
    uses = FeedbackUse.objects.select_related("feedback", "person").in_bulk({row.subject_id for row in rows})
    found = []
    for use in uses.values():
        placement = placements[use.feedback.placement_id]
        found.append(matter_of(placement, ways, what=used(use), url=_receipt(placement, ways)))
    return found


def _receipt(placement: Placement, ways: Ways) -> str:
    """What was sent, with what came of it; whoever answered for a colleague comes by the colleague's link again."""
    guided = placement.segments.filter(supervisor__isnull=False).select_related("supervisor__person")
    guides = [segment.supervisor.person for segment in guided.order_by("starts_on", "pk") if segment.supervisor]
    if guides and ways.person not in guides:
        return ways.stand_in(guides[-1], placement.pk)
    page = reverse("placements:host_receipt", args=[placement.public_id])
    return ways.task(Link.Purpose.FEEDBACK, placement.pk, page)
