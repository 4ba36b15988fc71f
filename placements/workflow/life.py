"""Verbs of a placement's life: start, pause, go on, end, or not take place at all."""

from datetime import datetime

from django.db import transaction

from accounts import links
from accounts.models import Link
from core.workflow import Actor
from placements.models import Agreement, Placement, Signature
from placements.workflow.appointments import call_off
from placements.workflow.tables import AGREEMENT, PLACEMENT, Agreed


def start(*, placement: Placement, by: Actor, at: datetime) -> None:
    """From the first day on, when the agreement is in force."""
    PLACEMENT.apply(placement, "start", by=by, at=at)


def start_unagreed(*, placement: Placement, reason: str, by: Actor, at: datetime) -> None:
    """The head lets work begin before everybody has signed (E34).

    What is worked before the agreement counts only when it is agreed in time (rules/signing.py, `counts_from`).
    """
    PLACEMENT.apply(placement, "start_unagreed", by=by, at=at, reason=reason, unagreed_since=at)


@transaction.atomic
def pause(*, placement: Placement, reason: str, end_reason: str = "", by: Actor, at: datetime) -> None:
    """No work for a while. A personal `end_reason` is told to few, and stops every link and letter at once (E35)."""
    private = end_reason == Placement.EndReason.PERSONAL
    details = {"private": True} if private else {}
    PLACEMENT.apply(placement, "pause", by=by, at=at, reason=reason, details=details, end_reason=end_reason)
    if private:
        close_links(placement, at=at)


def resume(*, placement: Placement, by: Actor, at: datetime) -> None:
    PLACEMENT.apply(placement, "resume", by=by, at=at, end_reason="")


@transaction.atomic
def end(*, placement: Placement, by: Actor, at: datetime) -> None:
    """After the last day; a version still being signed lapses."""
    PLACEMENT.apply(placement, "end", by=by, at=at)
    lapse_all(placement, by=by, at=at)


@transaction.atomic
def cancel(*, placement: Placement, reason: str, by: Actor, at: datetime) -> None:
    """Before the start; the place of the offer is free again."""
    PLACEMENT.apply(placement, "cancel", by=by, at=at, reason=reason)
    lapse_all(placement, by=by, at=at)
    call_off(placement, by=by, at=at)


def lapse_all(placement: Placement, *, by: Actor, at: datetime) -> None:
    """Nobody is asked to sign for a placement that is over."""
    open_states = (Agreed.DRAFT, *Agreement.SIGNING)
    for agreement in Agreement.objects.filter(plan__placement=placement, state__in=open_states).order_by("pk"):
        AGREEMENT.apply(agreement, "lapse", by=by, at=at, details={"version": agreement.plan.number})


def close_links(placement: Placement, *, at: datetime) -> None:
    """Close every link for this placement alone; a link for a supervisor's other students shows it no longer."""
    signatures = Signature.objects.filter(agreement__plan__placement=placement).values("pk")
    signing = Link.objects.filter(purpose=Link.Purpose.SIGN, subject_id__in=signatures)
    closing = Link.objects.filter(purpose=Link.Purpose.FEEDBACK, subject_id=placement.pk)
    for link in (signing | closing).filter(revoked_at=None).order_by("pk"):
        links.revoke(link, at=at)
