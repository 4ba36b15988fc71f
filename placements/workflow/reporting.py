"""Hours that the school writes down for others: told by phone, or read from a signed paper sheet (E29).

Both sides speak for themselves wherever they can: what a side has said on its own is never written over from here.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Document, Person
from accounts.roles import Role
from core.templatetags.ui import day as day_name
from core.workflow import Actor, Move, Refused, Workflow
from placements.models import HourClaim, Placement, WeekConfirmation, WeekSheet, WorkEntry
from placements.queries.hours import host_word
from placements.queries.reporting import own_word, people_of_host
from placements.rules import hours as rules
from placements.workflow.absences import must_fit
from placements.workflow.hours import (
    Times,
    details_of,
    lock_learner,
    must_be_open,
    must_have_begun,
    no_overlap,
    own,
    values_of,
)
from placements.workflow.tables import today_at
from placements.workflow.weeks import Changes, Seen, standing

Channel = WeekConfirmation.Channel
CHANNELS = (Channel.PHONE, Channel.PAPER)
_WRITES = frozenset({Role.COORDINATOR, Role.TEACHER})

DAYS = Workflow(
    noun="hours",
    moves=(Move("report", gettext_lazy("Write down a day for others"), (), None, _WRITES),),
    school_id=lambda entry: entry.placement.school_id,
    timeline=lambda entry: f"placement:{entry.placement_id}",
)
REPORTS = Workflow(
    noun="week",
    moves=(Move("report", gettext_lazy("Write down a week for others"), (), None, _WRITES),),
    school_id=lambda confirmation: confirmation.placement.school_id,
    timeline=lambda confirmation: f"placement:{confirmation.placement_id}",
)


@dataclass(frozen=True)
class Told:
    """How the school knows: by phone or on paper, when, and from whom: `host` (a person there), the student, or both.

    `sheet` is the paper with both signatures, where it was printed here.
    """

    channel: str
    on: date
    host: Person | None = None
    by_student: bool = False
    sheet: WeekSheet | None = None

    @property
    def document(self) -> Document | None:
        return self.sheet.document if self.sheet else None


def report_week(
    *,
    placement: Placement,
    week_starts_on: date,
    told: Told,
    days: Sequence[Times] = (),
    answers: Changes | None = None,
    seen: Seen | None = None,
    key: UUID,
    recorded_by: Person,
    by: Actor,
    at: datetime,
) -> list[WorkEntry]:
    """Write a week down: `days` that nobody has logged, and in `answers` what the host said of those that are logged.

    Gives the entries that are new or answered anew; the same `key` again gives none. Raises `Refused` for people who
    are not of that host, for days that a side has answered itself, for times that are logged, and like `log_day`.
    """
    DAYS.must_allow("report", by)
    must_have_begun(placement)
    if recorded_by.pk == placement.learner_id:
        raise Refused(_("These are your own days. Log them yourself."))
    week = rules.monday(week_starts_on)
    with no_overlap():
        lock_learner(placement)
        Placement.objects.select_for_update(no_key=True).get(pk=placement.pk)
        _must_be_told(placement, week, told, answers or {}, at)
        heard = _heard_anew(_entries(placement, week), answers or {}, seen)
        new = _written(placement, week, told, days, key, at=at)
        if not new and not heard:
            return []
        confirmation = _confirmation(placement, week, told, told.host, recorded_by, at) if told.host else None
        for entry in new:
            entry.save(force_insert=True)
            _claim(entry, told, recorded_by, confirmation, at)
            DAYS.log(entry, "report", by=by, at=at, after=entry.state, details=details_of(entry))
        _answer(heard, told, recorded_by, confirmation, at)
        _conclude(placement, week, told, confirmation, by=by, at=at)
        must_fit(placement, [entry.day for entry in (*new, *heard)])
    return [*new, *heard]


def _must_be_told(placement: Placement, week: date, told: Told, answers: Changes, at: datetime) -> None:
    today = today_at(placement, at)
    if told.channel not in CHANNELS:
        raise Refused(_("Say whether it was told by phone or on paper."))
    if told.host is None and not told.by_student:
        raise Refused(_("Say who told it."))
    if told.host is None and answers:
        raise Refused(_("Only the host can answer for days that the student has logged."))
    if told.host and not people_of_host(placement, today).filter(pk=told.host.pk).exists():
        raise Refused(_("This person does not work at the host."))
    if told.on > today:
        raise Refused(_("This day is still to come."))
    if told.on < week:
        raise Refused(_("It cannot have been told before the week began."))
    if told.sheet and (told.sheet.placement_id, told.sheet.week_starts_on) != (placement.pk, week):
        raise Refused(_("This sheet is of another week."))


def _entries(placement: Placement, week: date) -> list[WorkEntry]:
    return list(
        WorkEntry.objects.select_for_update(of=("self",))
        .prefetch_related("claims")
        .filter(placement=placement, day__range=rules.week_of(week))
        .exclude(state=WorkEntry.State.WITHDRAWN)
        .order_by("pk")
    )


def _heard_anew(
    entries: Collection[WorkEntry], answers: Changes, seen: Seen | None
) -> dict[WorkEntry, tuple[int, str]]:
    """The host's word for each logged day for which it is new."""
    known = {entry.pk: entry for entry in entries}
    if not set(answers) <= set(known):
        raise Refused(_("This page is out of date. Please open it again."))
    if seen is not None and any(known[pk].logged_minutes != seen.get(pk) for pk in answers):
        raise Refused(_("The student has changed this week. Please look at it again."))
    heard = {}
    for pk, (minutes, reason) in answers.items():
        word = _checked(known[pk], minutes, reason.strip())
        said = host_word(known[pk])
        if said is None or (said.minutes, said.reason) != word:
            _must_be_silent(known[pk])
            must_be_open(known[pk])
            heard[known[pk]] = word
    return heard


def _checked(entry: WorkEntry, minutes: int, reason: str) -> tuple[int, str]:
    if not 0 <= minutes <= rules.LONGEST:
        raise Refused(_("Hours of one day are between 0 and 16."))
    if minutes == entry.logged_minutes:
        return minutes, ""
    if not reason:
        raise Refused(_("Say in a few words what was different."))
    return minutes, reason


def _must_be_silent(entry: WorkEntry) -> None:
    if own_word(entry):
        words = {"day": day_name(entry.day)}
        raise Refused(_("The host has answered for %(day)s itself. Only the host can change that.") % words)


def _written(
    placement: Placement, week: date, told: Told, days: Sequence[Times], key: UUID, *, at: datetime
) -> list[WorkEntry]:
    """Days that nobody has logged, not stored yet; of a form that was sent twice none."""
    new = []
    for number, times in enumerate(days):
        if rules.monday(times["day"]) != week:
            raise Refused(_("This day is in another week."))
        public_id = uuid5(key, f"{number} {times['day']}")
        if known := WorkEntry.objects.filter(public_id=public_id).first():
            own(known, placement)
            continue
        values = values_of(placement, at, **times)
        minutes = values["logged_minutes"]
        result = rules.agreed(minutes if told.by_student else None, minutes if told.host else None)
        new.append(
            WorkEntry(
                public_id=public_id,
                placement=placement,
                learner_id=placement.learner_id,
                logged_at=at,
                origin=WorkEntry.Origin.SCHOOL,
                state=result.state,
                confirmed_minutes=result.minutes,
                **values,
            )
        )
    return new


def _confirmation(
    placement: Placement, week: date, told: Told, host: Person, recorded_by: Person, at: datetime
) -> WeekConfirmation:
    """The answer for the week; one that the host gave itself stays the host's."""
    known = WeekConfirmation.objects.filter(placement=placement, week_starts_on=week).first()
    if known and known.recorded_by_id is None:
        return known
    confirmation = known or WeekConfirmation(placement=placement, week_starts_on=week, minutes=0)
    confirmation.person, confirmation.answered_at = host, at
    confirmation.channel, confirmation.recorded_by = told.channel, recorded_by
    confirmation.document, confirmation.doubt = told.document, ""
    confirmation.save()
    return confirmation


def _claim(
    entry: WorkEntry, told: Told, recorded_by: Person, confirmation: WeekConfirmation | None, at: datetime
) -> None:
    """What each side that told it says of a new day."""
    words: dict[str, tuple[int, WeekConfirmation | None]] = {}
    if told.by_student:
        words[HourClaim.Side.STUDENT] = (entry.learner_id, None)
    if told.host:
        words[HourClaim.Side.HOST] = (told.host.pk, confirmation)
    HourClaim.objects.bulk_create(
        HourClaim(
            entry=entry,
            side=side,
            minutes=entry.logged_minutes,
            reason=entry.late_reason,
            person_id=person,
            confirmation=answer,
            recorded_by=recorded_by,
            at=at,
        )
        for side, (person, answer) in words.items()
    )


def _answer(
    heard: Mapping[WorkEntry, tuple[int, str]],
    told: Told,
    recorded_by: Person,
    confirmation: WeekConfirmation | None,
    at: datetime,
) -> None:
    """The host's word for days that were logged."""
    if told.host is None:
        return
    for entry, (minutes, reason) in heard.items():
        result = standing(entry, host=minutes)
        entry.state, entry.confirmed_minutes = result.state, result.minutes
        HourClaim.objects.create(
            entry=entry,
            side=HourClaim.Side.HOST,
            minutes=minutes,
            reason=reason,
            person=told.host,
            confirmation=confirmation,
            recorded_by=recorded_by,
            at=at,
        )
    WorkEntry.objects.bulk_update(heard, ["state", "confirmed_minutes"])


def _conclude(
    placement: Placement, week: date, told: Told, confirmation: WeekConfirmation | None, *, by: Actor, at: datetime
) -> None:
    """The sums of the week, its row in the log, and the paper that is done with."""
    entries = _entries(placement, week)
    confirmed = sum(entry.confirmed_minutes or 0 for entry in entries)
    if told.sheet:
        WeekSheet.objects.filter(pk=told.sheet.pk).update(recorded_at=at)
    if confirmation is None:
        return
    confirmation.minutes = confirmed
    confirmation.save(update_fields=["minutes"])
    differs = any(entry.state == WorkEntry.State.DISPUTED for entry in entries)
    REPORTS.log(
        confirmation,
        "report",
        by=by,
        at=at,
        after=WorkEntry.State.DISPUTED if differs else WorkEntry.State.CONFIRMED,
        details={
            "week": week.isoformat(),
            "minutes": confirmed,
            "logged": sum(entry.logged_minutes for entry in entries),
            "channel": str(told.channel),
            "told_on": told.on.isoformat(),
        },
    )
