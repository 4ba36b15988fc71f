"""Somebody who is asked about a student says "not me", and perhaps who it is: the old link dies at once (E11)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts import links
from accounts.models import Link, Person
from core.workflow import Actor, Refused
from employers.workflow import name_successor
from placements.models import Agreement, Placement, Segment, Signature, WorkEntry
from placements.workflow.links import colleague_of
from placements.workflow.tables import PLACEMENT

Purpose = Link.Purpose
_OF_THE_HOST = (Signature.Party.HOST, Signature.Party.TUTOR)


def may_say_not_me(link: Link) -> bool:
    """For links to hours, feedback and the host's signature, in the hands of the one to whom the school wrote."""
    if link.forwarded_from_id:
        return False
    if link.purpose == Purpose.SIGN:
        return _places(link).filter(pk=link.subject_id).exists()
    return link.purpose in (Purpose.CONFIRM, Purpose.FEEDBACK)


@transaction.atomic
def not_me(*, link: Link, name: str = "", email: str = "", by: Actor, at: datetime) -> Person | None:
    """Close the link; whoever is named guides from now on, at the same workplaces, and is written to.

    Without a name nobody guides until the school has found somebody. What was confirmed keeps its name. Raises
    `Refused` for a link that is closed or cannot be answered like this, and for one's own address.
    """
    Link.objects.select_for_update().get(pk=link.pk)
    if not links.is_open(link, now=at) or not may_say_not_me(link):
        raise Refused(_("This link is no longer open."))
    successor = colleague_of(link, name, email) if email else None
    if successor == link.person:
        raise Refused(_("This is your own address. Give the address of the colleague."))
    details = {"from": link.person_id, "to": successor.pk if successor else None}
    for placement in _placements(link):
        PLACEMENT.apply(placement, "hand_over", by=by, at=at, details=details)
        segments = placement.segments.filter(supervisor__person=link.person_id).select_related("site")
        _hand_over(segments, successor, by=by, at=at)
        if successor:
            _places(link).filter(agreement__plan__placement=placement).update(person=successor)
    _close(link, at=at)
    return successor


def _placements(link: Link) -> list[Placement]:
    """What the link was sent for: one placement, or all of this person's at the school in which something is open."""
    guided = Placement.objects.filter(school=link.school_id, segments__supervisor__person=link.person_id)
    if link.purpose == Purpose.FEEDBACK:
        guided = guided.filter(pk=link.subject_id)
    elif link.purpose == Purpose.SIGN:
        guided = Placement.objects.filter(plan_versions__agreement__signatures=link.subject_id)
    else:
        logged = WorkEntry.objects.filter(state=WorkEntry.State.LOGGED).values("placement")
        is_open = Q(state__in=Placement.LIVE) | Q(state__in=Placement.OVER, feedback=None) | Q(pk__in=logged)
        guided = guided.filter(is_open).exclude(state=Placement.State.CANCELLED)
    return list(guided.distinct().order_by("pk"))


def _places(link: Link):
    """Places of the host where this person has still to sign."""
    waiting = Signature.objects.filter(signed_at=None, agreement__state__in=Agreement.SIGNING, person=link.person_id)
    return waiting.filter(party__in=_OF_THE_HOST)


def _hand_over(segments: Iterable[Segment], successor: Person | None, *, by: Actor, at: datetime) -> None:
    for segment in segments:
        segment.supervisor = name_successor(site=segment.site, person=successor, by=by, at=at) if successor else None
        segment.save(update_fields=["supervisor"])


def _close(link: Link, *, at: datetime) -> None:
    """This link, others for the same, and what was handed on from them."""
    same = Link.objects.filter(
        person=link.person_id, school=link.school_id, purpose=link.purpose, subject_id=link.subject_id
    )
    for one in Link.objects.filter(Q(pk__in=same.values("pk")) | Q(forwarded_from__in=same.values("pk"))):
        links.revoke(one, at=at)
