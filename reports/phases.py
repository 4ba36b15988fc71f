"""Where a placement stands, in the words of the coordinator: one expression for strips, lists and pages."""

from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, TextChoices, Value, When
from django.utils.translation import gettext_lazy as _

from credits.queries import waits
from placements.models import Agreement, Placement
from placements.rules.ending import shown_state


class Phase(TextChoices):
    AGREEING = "agreeing", _("Being agreed")
    READY = "ready", _("Ready")
    RUNNING = "running", _("Running")
    ENDED = "ended", _("Ended")
    WAITING = "waiting", _("Waiting for credit")
    CANCELLED = "cancelled", _("Cancelled")


SHOWN = (Phase.AGREEING, Phase.READY, Phase.RUNNING, Phase.ENDED, Phase.WAITING)
TONES = {
    Phase.AGREEING: "warn",
    Phase.READY: "info",
    Phase.RUNNING: "good",
    Phase.ENDED: "quiet",
    Phase.WAITING: "warn",
    Phase.CANCELLED: "quiet",
}


def with_phase(placements: QuerySet[Placement]) -> QuerySet[Any]:
    """Each placement with its `phase`."""
    in_force = Agreement.objects.filter(plan__placement=OuterRef("pk"), state=Agreement.State.IN_FORCE).order_by()
    phase = Case(
        When(Q(state=Placement.State.PLANNED) & Q(Exists(in_force)), then=Value(Phase.READY)),
        When(state=Placement.State.PLANNED, then=Value(Phase.AGREEING)),
        When(state=Placement.State.CANCELLED, then=Value(Phase.CANCELLED)),
        When(state__in=Placement.BEGUN, then=Value(Phase.RUNNING)),
        When(waits(), then=Value(Phase.WAITING)),
        default=Value(Phase.ENDED),
        output_field=CharField(),
    )
    return placements.annotate(phase=phase)


def badge(placement: Any, role: str) -> tuple[str, str]:
    """Tone and word for a placement `with_phase`, empty for none; a pause or an early end says more than the phase."""
    if placement is None:
        return "", ""
    phase, state = Phase(placement.phase), shown_state(placement, role)
    if state in (Placement.State.PAUSED, Placement.State.BROKEN) and phase != Phase.WAITING:
        return "warn", str(state.label)
    return TONES[phase], str(phase.label)
