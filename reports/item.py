"""One thing that needs a coordinator, and what is known of a placement when it is looked for."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum

from django.db.models import TextChoices
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from placements.models import Agreement, HostRequest, Placement, PlanVersion, Signature
from schools.deadlines import USUAL, Deadlines


class Urgency(IntEnum):
    """In the order in which the items stand."""

    NOW = 1
    SOON = 2
    LATER = 3


GROUPS = {
    Urgency.NOW: gettext_lazy("Today"),
    Urgency.SOON: gettext_lazy("In the next days"),
    Urgency.LATER: gettext_lazy("Has waited for a while"),
}


class Kind(TextChoices):
    """What an item is about; it stays the same from day to day, so that somebody can take it."""

    SAFEGUARDING = "safeguarding", gettext_lazy("Please call")
    INCIDENT = "incident", gettext_lazy("Incident")
    CONCERN = "concern", gettext_lazy("Host wants to talk")
    NO_SHOW = "no_show", gettext_lazy("Did not come")
    NEED = "need", gettext_lazy("Need not met")
    GUIDE = "guide", gettext_lazy("Nobody guides")
    REQUEST = "request", gettext_lazy("Request to the host")
    AGREEMENT = "agreement", gettext_lazy("Agreement")
    DIFFER = "differ", gettext_lazy("Hours differ")
    HOURS = "hours", gettext_lazy("Hours not confirmed")
    FEEDBACK = "feedback", gettext_lazy("No feedback")
    DOUBT = "doubt", gettext_lazy("Pressed too fast")
    LOG = "log", gettext_lazy("No days logged")
    LETTERS = "letters", gettext_lazy("Letters do not arrive")
    NOT_ASKED = "not_asked", gettext_lazy("Not asked by letter")


PRIVATE = frozenset({Kind.SAFEGUARDING, Kind.CONCERN, Kind.NEED})
"""What is done about these is told to coordinators only, never in the story of a placement."""


@dataclass(frozen=True)
class Step:
    """A link or button to what can be done; `main` is the one obvious thing."""

    label: str
    url: str
    main: bool = False


@dataclass(frozen=True)
class Item:
    """One thing for one placement."""

    placement: Placement
    kind: Kind
    urgency: Urgency
    tone: str
    label: str
    why: str
    since: date
    step: Step

    @property
    def title(self) -> str:
        host = self.placement.employer
        words = {"name": self.placement.learner.full_name, "host": host.name if host else ""}
        return _("%(name)s at %(host)s") % words if host else words["name"]


@dataclass(frozen=True)
class Request:
    """The newest request to a host: where it stands and since when."""

    state: HostRequest.State
    since: date
    decline: str = ""


@dataclass(frozen=True)
class Undelivered:
    """Letters about a placement that did not reach one person, since the last one that did."""

    reader: str
    count: int
    since: date


@dataclass(frozen=True)
class Unasked:
    """What no letter asks for, though the student depends on it: its kind, who would be asked, why not, since when."""

    kind: str
    reader: str
    reason: str
    since: date


@dataclass(frozen=True)
class Silence:
    """What the host has not confirmed and the school has waited for, in the rhythm of the plan."""

    minutes: int
    days: int
    since: date
    rhythm: str = PlanVersion.Rhythm.WEEKLY


@dataclass(frozen=True)
class OpenIncident:
    """Something that went wrong at work; `tell_by` while the authority has still to be told."""

    public_id: str
    happened_on: date
    tell_by: date | None = None


@dataclass(frozen=True)
class OpenConcern:
    """What a host asks for: a kind and a category of `placements.models.Concern`."""

    public_id: str
    kind: str
    category: str
    since: date


@dataclass(frozen=True)
class Facts:
    """What is known of one placement: its disputed days beside all that was answered, its silent host, and when its
    signatures were asked for.

    `has_colleague`: somebody else at the workplace is written to before the school calls; `called_on` is the last talk
    of the school with the host, `substituted_on` the last proof in place of its answer; `nudges` are the reminders to
    log since anything was heard of the learner; `unguided_since` is the day on which a supervisor handed over to
    nobody, `doubt_since` the one of the oldest answer that a program may have pressed;
    `missed_at` is when a host said that the learner did not come, while nobody has talked about it.
    """

    placement: Placement
    agreement: Agreement | None
    signatures: tuple[Signature, ...] = ()
    asked_on: date | None = None
    differ_days: int = 0
    differ_logged: int = 0
    differ_confirmed: int = 0
    differ_since: date | None = None
    silence: Silence | None = None
    agreed: bool = False
    feedback_missing: bool = False
    request: Request | None = None
    has_colleague: bool = False
    called_on: date | None = None
    substituted_on: date | None = None
    nudges: int = 0
    nudged_since: date | None = None
    undelivered: Undelivered | None = None
    unasked: Unasked | None = None
    unguided_since: date | None = None
    doubt_since: date | None = None
    incident: OpenIncident | None = None
    concern: OpenConcern | None = None
    refused_on: date | None = None
    missed_at: datetime | None = None
    call_safeguarding: bool = False
    deadlines: Deadlines = USUAL


def people_url(placement: Placement) -> str:
    return f"{reverse('reports:placement', args=[placement.public_id])}?tab=people"
