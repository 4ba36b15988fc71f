"""Who may do what from which state: the moves of a placement and of an agreement."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import HOST, Role
from core.models import Transition
from core.workflow import SYSTEM, Actor, Check, Move, Workflow
from placements.models import Agreement, Placement
from placements.queries import plans
from placements.rules import ending, signing

State = Placement.State
Agreed = Agreement.State


def today_at(placement: Placement, at: datetime) -> date:
    return at.astimezone(ZoneInfo(plans.zone_of(placement))).date()


def _is_agreed(placement: Placement, by: Actor, at: datetime) -> str | None:
    return None if plans.agreement_in_force(placement) else _("Not everybody has signed the agreement yet.")


def _first_day_has_come(placement: Placement, by: Actor, at: datetime) -> str | None:
    return None if today_at(placement, at) >= placement.starts_on else _("The first day has not come yet.")


def _last_day_is_over(placement: Placement, by: Actor, at: datetime) -> str | None:
    return None if today_at(placement, at) > placement.ends_on else _("The last day is not over yet.")


def _is_not_agreed(placement: Placement, by: Actor, at: datetime) -> str | None:
    return _("Everybody has signed. It can start as usual.") if plans.agreement_in_force(placement) else None


def last_step(placement: Placement) -> Transition | None:
    """The move that brought the placement into its state."""
    moves = Transition.objects.filter(noun="placement", object_id=placement.pk).exclude(to_state=F("from_state"))
    return moves.order_by("-at", "-pk").first()


def _was(verb: str, before: str) -> Check:
    """The last step was this one, from this state, and not longer ago than it can be taken back."""

    def was_just_done(placement: Placement, by: Actor, at: datetime) -> str | None:
        last = last_step(placement)
        if last is None or (last.verb, last.from_state) != (verb, before):
            return _("This is no longer possible: it has changed in the meantime.")
        return (
            None if ending.may_undo(last.at, at) else _("This was more than 24 hours ago and can no longer be undone.")
        )

    return was_just_done


def _nothing_follows(placement: Placement, by: Actor, at: datetime) -> str | None:
    """No new placement was made instead, and nobody has decided on credit since."""
    if Placement.objects.filter(predecessor=placement).exists():
        return _("A new placement follows this one already.")
    last = last_step(placement)
    decided = Transition.objects.filter(noun="decision", timeline=f"enrolment:{placement.enrolment_id}")
    if last and decided.exclude(verb="propose").filter(at__gte=last.at).exists():
        return _("Credit has been decided since then.")
    return None


def _has_no_successor(placement: Placement, by: Actor, at: datetime) -> str | None:
    follows = Placement.objects.filter(predecessor=placement).exists()
    return _("A new placement follows this one already.") if follows else None


def _stays(placement: Placement, by: Actor, at: datetime) -> str | None:
    leaves = placement.end_direction == Placement.Direction.OUT
    return _("The student has left the programme.") if leaves else None


OFFICE = frozenset({Role.COORDINATOR})
OFFICE_OR_HEAD = frozenset({Role.COORDINATOR, Role.HEAD})
OFFICE_OR_SYSTEM = frozenset({Role.COORDINATOR, SYSTEM})

PLACEMENT = Workflow(
    noun="placement",
    moves=(
        Move("create", gettext_lazy("New placement"), (), State.PLANNED, OFFICE),
        Move("plan", gettext_lazy("Change the plan"), Placement.LIVE, None, OFFICE),
        Move(
            "start",
            gettext_lazy("Start"),
            (State.PLANNED,),
            State.RUNNING,
            OFFICE_OR_SYSTEM,
            checks=(_is_agreed, _first_day_has_come),
        ),
        Move(
            "start_unagreed",
            gettext_lazy("Start without agreement"),
            (State.PLANNED,),
            State.RUNNING,
            frozenset({Role.HEAD}),
            needs_reason=True,
            checks=(_is_not_agreed, _first_day_has_come),
        ),
        Move("pause", gettext_lazy("Pause"), (State.RUNNING,), State.PAUSED, OFFICE_OR_HEAD, needs_reason=True),
        Move("resume", gettext_lazy("Go on"), (State.PAUSED,), State.RUNNING, OFFICE_OR_HEAD),
        Move(
            "end",
            gettext_lazy("End"),
            Placement.BEGUN,
            State.ENDED,
            OFFICE_OR_SYSTEM,
            checks=(_last_day_is_over,),
        ),
        Move("cancel", gettext_lazy("Cancel"), (State.PLANNED,), State.CANCELLED, OFFICE, needs_reason=True),
        Move("break", gettext_lazy("End early"), Placement.BEGUN, State.BROKEN, OFFICE, needs_reason=True),
        Move(
            "transfer",
            gettext_lazy("Find a new workplace"),
            (State.BROKEN,),
            None,
            OFFICE,
            checks=(_has_no_successor, _stays),
        ),
        *(
            Move(verb, gettext_lazy("Undo"), (after,), before, OFFICE, checks=(_was(undone, before), _nothing_follows))
            for (undone, before, after), verb in ending.RESTORING.items()
        ),
        Move("host_stops", gettext_lazy("The host stops"), Placement.LIVE, None, OFFICE_OR_HEAD),
        Move(
            "hand_on",
            gettext_lazy("Give to another coordinator"),
            (*Placement.LIVE, *Placement.OVER),
            None,
            OFFICE_OR_HEAD,
        ),
        Move("hand_over", gettext_lazy("Not me"), (*Placement.LIVE, *Placement.OVER), None, frozenset(HOST)),
    ),
    school_id=lambda placement: placement.school_id,
    timeline=lambda placement: f"placement:{placement.pk}",
)

SIGNERS = frozenset(role for roles in signing.ROLES_OF.values() for role in roles)

AGREEMENT = Workflow(
    noun="agreement",
    moves=(
        Move("propose", gettext_lazy("Send for signing"), (Agreed.DRAFT,), Agreed.PROPOSED, OFFICE),
        Move("sign", gettext_lazy("Sign"), Agreement.SIGNING, Agreed.PARTLY_SIGNED, SIGNERS),
        Move("sign_paper", gettext_lazy("Signed on paper"), Agreement.SIGNING, Agreed.PARTLY_SIGNED, OFFICE),
        Move("agree", gettext_lazy("Agree"), (Agreed.PARTLY_SIGNED,), Agreed.IN_FORCE, SIGNERS),
        Move(
            "take_back",
            gettext_lazy("Take back"),
            (Agreed.PARTLY_SIGNED, Agreed.IN_FORCE),
            Agreed.PARTLY_SIGNED,
            OFFICE,
            needs_reason=True,
        ),
        Move("restore", gettext_lazy("In force again"), (Agreed.SUPERSEDED,), Agreed.IN_FORCE, OFFICE),
        Move("refuse", gettext_lazy("Refuse"), Agreement.SIGNING, Agreed.REFUSED, SIGNERS, needs_reason=True),
        Move("supersede", gettext_lazy("Replace"), (Agreed.IN_FORCE,), Agreed.SUPERSEDED, SIGNERS),
        Move(
            "lapse",
            gettext_lazy("Withdraw"),
            (Agreed.DRAFT, *Agreement.SIGNING),
            Agreed.LAPSED,
            OFFICE_OR_SYSTEM,
        ),
    ),
    school_id=lambda agreement: agreement.plan.placement.school_id,
    timeline=lambda agreement: f"placement:{agreement.plan.placement_id}",
)
