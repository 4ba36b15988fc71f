"""Who may do what from which state: the moves of a placement and of an agreement."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import Role
from core.workflow import SYSTEM, Actor, Move, Workflow
from placements.models import Agreement, Placement
from placements.queries import plans
from placements.rules import signing

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


OFFICE = frozenset({Role.COORDINATOR})
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
        Move("pause", gettext_lazy("Pause"), (State.RUNNING,), State.PAUSED, OFFICE, needs_reason=True),
        Move("resume", gettext_lazy("Go on"), (State.PAUSED,), State.RUNNING, OFFICE),
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
