"""What the coordinator's day knows of those who do not answer, as annotations of placements: no query of its own."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import (
    Count,
    DateTimeField,
    Exists,
    F,
    IntegerField,
    JSONField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, Greatest, JSONObject
from django.db.models.lookups import GreaterThanOrEqual
from django.utils import timezone

from core.models import Transition
from employers.models import Supervisor
from employers.queries import at_work
from placements.models import (
    Absence,
    Agreement,
    Contact,
    Feedback,
    HostRequest,
    HourClaim,
    PlanVersion,
    Segment,
    Signature,
    WorkEntry,
)
from placements.queries.doubts import doubt_at
from placements.rules.contacts import SUBSTITUTES
from reminders.models import Due, Kind, Outbox, Reader, Reason
from reports.item import Request, Silence, Unasked, Undelivered
from schools.deadlines import days_in

LONG_AGO = timedelta(days=30)
UNASKED = (Reason.NOT_WANTED, Reason.CAP_PLACEMENT, Reason.CAP_HOST)
TALKED = (Contact.Method.PHONE, Contact.Method.VIDEO, Contact.Method.IN_PERSON)


def silences(today: date) -> dict[str, Any]:
    """Annotations by name; `silence_of` reads them."""
    contacts = Contact.objects.filter(placement=OuterRef("pk"))
    talks = contacts.filter(with_host=True, side=HourClaim.Side.SCHOOL, method__in=TALKED)
    return {
        "request": Subquery(_newest_request(), output_field=JSONField()),
        "has_colleague": Exists(_colleagues(today)),
        "called_on": Subquery(_last(talks.exclude(kind__in=SUBSTITUTES))),
        "substituted_on": Subquery(_last(contacts.filter(kind__in=SUBSTITUTES))),
        "nudged": Subquery(_nudges(JSONObject(count=Count("pk"), since=Min("due_at"))), output_field=JSONField()),
        "undelivered": Subquery(_undelivered(today), output_field=JSONField()),
        "unasked": Subquery(_unasked(today), output_field=JSONField()),
        "doubt_at": doubt_at(),
        "unguided_at": Subquery(_handed_to_nobody(today), output_field=DateTimeField()),
    }


def silence_of(placement: Any) -> dict[str, Any]:
    """The values of `reports.item.Facts` that `silences` has read."""
    asked, failed, nudged = placement.request, placement.undelivered, placement.nudged
    hours = placement.hours or {}
    return {
        "silence": _silence(hours, placement.rhythm) if hours.get("silent_minutes") else None,
        "request": _request(asked) if asked else None,
        "has_colleague": placement.has_colleague,
        "called_on": placement.called_on,
        "substituted_on": placement.substituted_on,
        "nudges": nudged["count"] if nudged else 0,
        "nudged_since": timezone.localdate(datetime.fromisoformat(nudged["since"])) if nudged else None,
        "undelivered": _failed(failed) if failed else None,
        "unasked": _not_asked(placement.unasked) if placement.unasked else None,
        "doubt_since": timezone.localdate(placement.doubt_at) if placement.doubt_at else None,
        "unguided_since": timezone.localdate(placement.unguided_at) if placement.unguided_at else None,
    }


def _silence(hours: dict, rhythm: str | None) -> Silence:
    since = date.fromisoformat(hours["silent_since"])
    return Silence(hours["silent_minutes"], hours["silent_days"], since, rhythm or PlanVersion.Rhythm.WEEKLY)


def _request(asked: dict) -> Request:
    """Since the answer; of a request that lapsed, since its last day."""
    answered = asked["answered_at"]
    since = timezone.localdate(datetime.fromisoformat(answered)) if answered else date.fromisoformat(asked["answer_by"])
    return Request(HostRequest.State(asked["state"]), since, asked["decline"])


def _failed(failed: dict) -> Undelivered:
    return Undelivered(failed["reader"], failed["count"], date.fromisoformat(failed["since"]))


def _not_asked(row: dict) -> Unasked:
    since = timezone.localdate(datetime.fromisoformat(row["since"]))
    return Unasked(row["kind"], row["reader"], row["reason"], since)


def _newest_request() -> QuerySet:
    names = ("state", "decline", "answer_by", "answered_at")
    rows = HostRequest.objects.filter(placement=OuterRef("pk")).order_by("-asked_at", "-pk")
    return rows.values(json=JSONObject(**{name: F(name) for name in names}))[:1]


def _colleagues(today: date) -> QuerySet[Supervisor]:
    """Whoever else guides at a site where somebody guides this placement."""
    here = Segment.objects.filter(placement=OuterRef(OuterRef("pk")), site=OuterRef("site"), supervisor__isnull=False)
    guides = Segment.objects.filter(placement=OuterRef(OuterRef("pk"))).values("supervisor")
    found = Supervisor.objects.filter(Exists(here.order_by()), at_work(today))
    return found.exclude(pk__in=guides.filter(supervisor__isnull=False).order_by()).order_by()


def _last(contacts: QuerySet[Contact]) -> QuerySet:
    return contacts.order_by().values("placement").annotate(last=Max("on")).values("last")


def _nudges(value: Any) -> QuerySet:
    """Reminders to log that were sent since the learner logged a day or told of an absence."""
    here = {"placement": OuterRef("about_placement_id")}
    logged = WorkEntry.objects.filter(**here, logged_at__gte=OuterRef("due_at")).order_by()
    told = Absence.objects.filter(**here, at__gte=OuterRef("due_at")).order_by()
    sent = Due.objects.filter(kind=Kind.LOG, state=Due.State.IN_LETTER, about_placement_id=OuterRef("pk"))
    since = sent.filter(~Exists(logged), ~Exists(told)).order_by()
    return since.values("about_placement_id").annotate(value=value).values("value")


def not_logging() -> Q:
    """Of placements: the learner has had as many reminders to log as the programme allows."""
    count = Coalesce(Subquery(_nudges(Count("pk")), output_field=IntegerField()), Value(0))
    return Q(GreaterThanOrEqual(count, Greatest(days_in("log_nudges", "enrolment__cohort__version"), Value(1))))


def _handed_to_nobody(today: date) -> QuerySet:
    """When a supervisor said "not me" and knew no other (E11), while a workplace is still without one."""
    alone = Segment.objects.filter(placement=OuterRef(OuterRef("pk")), supervisor=None, ends_on__gte=today)
    said = Transition.objects.filter(noun="placement", verb="hand_over", object_id=OuterRef("pk"), details__to=None)
    return said.filter(Exists(alone.order_by())).order_by("-at", "-pk").values("at")[:1]


def _undelivered(today: date) -> QuerySet:
    """The person whom most letters about this placement did not reach, since the last one that did."""
    later = Outbox.objects.filter(
        person=OuterRef("person"), school=OuterRef("school"), state=Outbox.State.SENT, day__gte=OuterRef("day")
    )
    failed = Outbox.objects.filter(
        ~Exists(later.order_by()),
        state__in=Outbox.UNDELIVERED,
        day__gte=today - LONG_AGO,
        due__about_placement_id=OuterRef("pk"),
    )
    rows = (
        failed.order_by()
        .values("person")
        .annotate(count=Count("pk", distinct=True), since=Min("day"), who=Min("reader"))
    )
    return rows.order_by("-count", "person").values(
        json=JSONObject(count=F("count"), since=F("since"), reader=F("who"))
    )[:1]


def _unasked(today: date) -> QuerySet:
    """The newest thing that is still open and was left out of the letters by a choice of its reader or by a cap."""
    of_placement = {"placement": OuterRef("about_placement_id")}
    signing = Signature.objects.filter(pk=OuterRef("subject_id"), signed_at=None)
    asking = HostRequest.objects.filter(pk=OuterRef("subject_id"), state=HostRequest.State.OPEN)
    logged = WorkEntry.objects.filter(**of_placement, state=WorkEntry.State.LOGGED)
    given = Feedback.objects.filter(**of_placement)
    still_open = (
        Q(Exists(signing.filter(agreement__state__in=Agreement.SIGNING).order_by()), kind=Kind.SIGN)
        | Q(Exists(asking.order_by()), kind=Kind.REQUEST)
        | Q(Exists(logged.order_by()), kind=Kind.CONFIRM)
        | Q(~Exists(given.order_by()), kind=Kind.FEEDBACK)
        | Q(kind=Kind.CONTACT, reader=Reader.HOST)
    )
    left_out = Due.objects.filter(state=Due.State.SKIPPED, reason__in=UNASKED, about_placement_id=OuterRef("pk"))
    names = {"kind": F("kind"), "reader": F("reader"), "reason": F("reason"), "since": F("decided_at")}
    return left_out.filter(still_open).order_by("-decided_at", "-pk").values(json=JSONObject(**names))[:1]
