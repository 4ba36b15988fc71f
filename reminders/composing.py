"""A letter in the language of its reader: what is open, with a way to each thing. Bodies are written, not stored."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet, Sum
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from accounts import links
from accounts.models import Link, Organisation, Person
from credits.models import Correction, Decision
from placements.models import HostRequest, Placement, Signature, WorkEntry
from placements.queries.requests import first_name, host_of, programme_of, with_placement
from placements.rules.hours import monday, week_of
from reminders import facts
from reminders.letters import LETTERS, Matter, Part, samples, subject_of
from reminders.models import Due, Kind, Outbox


@dataclass(frozen=True)
class Letter:
    subject: str
    text: str
    html: str
    language: str
    reply_to: list[str]


@dataclass
class Ways:
    """How one reader gets to a page: signed in, or by links that are minted here, one for each purpose and subject."""

    person: Person
    school: Organisation
    now: datetime
    minted: dict[tuple[str, int, int | None], str] = field(default_factory=dict)

    def page(self, path: str) -> str:
        """A page for those who sign in, else nothing."""
        return settings.SITE_URL + path if self.has_account else ""

    def task(self, purpose: Link.Purpose, subject_id: int, path: str) -> str:
        """The page of a task: behind a sign-in for those with an account, by a link for others."""
        return self.page(path) if self.has_account else self.link(purpose, subject_id)

    def link(self, purpose: Link.Purpose, subject_id: int, forwarded_from: Link | None = None) -> str:
        key = purpose, subject_id, forwarded_from.pk if forwarded_from else None
        if key not in self.minted:
            _link, token = links.mint(
                person=self.person,
                school=self.school,
                purpose=purpose,
                subject_id=subject_id,
                at=self.now,
                forwarded_from=forwarded_from,
            )
            self.minted[key] = settings.SITE_URL + reverse("placements:link", args=[token])
        return self.minted[key]

    def stand_in(self, guide: Person, placement_id: int) -> str:
        """The tasks of a colleague: the weeks of all students of the one who guides, or one closing feedback."""
        purpose = Link.Purpose.FEEDBACK if placement_id else Link.Purpose.CONFIRM
        known = Link.objects.filter(person=guide, school=self.school, purpose=purpose, subject_id=placement_id)
        source = known.filter(revoked_at=None).order_by("-created_at", "-pk").first()
        if source is None:
            source, _token = links.mint(
                person=guide, school=self.school, purpose=purpose, subject_id=placement_id, at=self.now
            )
        return self.link(purpose, placement_id, forwarded_from=source)

    @property
    def has_account(self) -> bool:
        return self.person.user is not None and self.person.user.is_active


def compose(outbox: Outbox, rows: Collection[Due], *, now: datetime) -> Letter:
    """Write the letter about these rows; links are minted for readers without an account."""
    person = Person.objects.select_related("user").get(pk=outbox.person_id)
    school = Organisation.objects.get(pk=outbox.school_id)
    placements = _placements(rows)
    ways = Ways(person, school, now)
    with translation.override(person.language), timezone.override(ZoneInfo(school.time_zone)):
        parts = [
            LETTERS[kind](_MATTERS[kind](own, placements, ways))
            for kind in Kind
            if (own := _once([row for row in rows if row.kind == kind]))
        ]
        return _write(person.full_name, school.name, parts, bool(ways.minted), _reply_to(placements))


def preview(kind: Kind, *, language: str, school: Organisation, today: date) -> Letter:
    """A letter of this kind about invented people."""
    with translation.override(language), timezone.override(ZoneInfo(school.time_zone)):
        return _write("Sam Okoro", school.name, [LETTERS[kind](samples(kind, today))], True, [])


def _write(name: str, school: str, parts: list[Part], has_links: bool, reply_to: list[str]) -> Letter:
    subject = subject_of(parts)
    values = {"name": name, "school": school, "parts": parts, "has_links": has_links, "subject": subject}
    return Letter(
        subject=subject,
        text=render_to_string("reminders/letters/frame.txt", values),
        html=render_to_string("reminders/letters/frame.html", values),
        language=translation.get_language(),
        reply_to=reply_to,
    )


def _once(rows: list[Due]) -> list[Due]:
    """One row for each series, when two rounds of it are in one letter."""
    return list({facts.series_key(row): row for row in rows}.values())


def _placements(rows: Collection[Due]) -> dict[int, Placement]:
    wanted = {row.about_placement_id for row in rows if row.about_placement_id}
    return Placement.objects.select_related("learner", "employer", "school", "coordinator__user").in_bulk(wanted)


def _reply_to(placements: dict[int, Placement]) -> list[str]:
    """The coordinator, so that an answer by mail reaches a human."""
    users = [placement.coordinator.user for placement in placements.values() if placement.coordinator]
    return [user.email for user in users if user][:1]


def _matter(placement: Placement, ways: Ways, **more) -> Matter:
    return Matter(
        student=placement.learner.full_name,
        workplace=(placement.employer or placement.school).name,
        starts_on=placement.starts_on,
        ends_on=placement.ends_on,
        own=placement.learner_id == ways.person.pk,
        **more,
    )


def _to_take(rows: list[Due], placements: dict[int, Placement], ways: Ways) -> list[Matter]:
    """A host learns no more of a student than the request says."""
    found = with_placement(HostRequest.objects.filter(pk__in={row.subject_id for row in rows}))
    return [
        Matter(
            student=first_name(request.placement.learner),
            workplace=host_of(request),
            starts_on=request.placement.starts_on,
            ends_on=request.placement.ends_on,
            by=request.answer_by,
            what=programme_of(request),
            url=ways.task(Link.Purpose.REQUEST, request.pk, reverse("placements:request", args=[request.public_id])),
        )
        for request in found.order_by("pk")
    ]


def _to_sign(rows: list[Due], placements: dict[int, Placement], ways: Ways) -> list[Matter]:
    signatures = Signature.objects.select_related("agreement__plan").in_bulk({row.subject_id for row in rows})
    return [
        _matter(
            placements[signature.agreement.plan.placement_id],
            ways,
            by=_still_to_come(signature.agreement.sign_by, ways.now),
            url=ways.task(Link.Purpose.SIGN, signature.pk, reverse("placements:sign", args=[signature.public_id])),
        )
        for signature in signatures.values()
    ]


def _still_to_come(day: date | None, now: datetime) -> date | None:
    """A day that has gone by is not named: it would only blame."""
    return day if day and day >= timezone.localdate(now) else None


def _to_confirm(rows: list[Due], placements: dict[int, Placement], ways: Ways) -> list[Matter]:
    minutes = _minutes(rows, state=WorkEntry.State.LOGGED, segment__supervisor__person=ways.person)
    return [
        _matter(
            placements[row.subject_id],
            ways,
            week=date.fromisoformat(row.series),
            minutes=minutes[row.subject_id, row.series][0],
            url=ways.task(Link.Purpose.CONFIRM, 0, reverse("placements:host")),
        )
        for row in rows
    ]


def _to_give_feedback(rows: list[Due], placements: dict[int, Placement], ways: Ways) -> list[Matter]:
    found = []
    for row in rows:
        placement = placements[row.subject_id]
        page = reverse("placements:host_closing", args=[placement.public_id])
        found.append(_matter(placement, ways, url=ways.task(Link.Purpose.FEEDBACK, placement.pk, page)))
    return found


def _for_colleague(rows: list[Due], placements: dict[int, Placement], ways: Ways) -> list[Matter]:
    """The open weeks and closings of somebody who does not answer, each by a link handed on from that person."""
    minutes = _minutes([row for row in rows if row.series], state=WorkEntry.State.LOGGED)
    found = []
    for row in rows:
        placement = placements[row.subject_id]
        guide = _guide(placement, row.series)
        week = date.fromisoformat(row.series) if row.series else None
        found.append(
            _matter(
                placement,
                ways,
                sender=guide.full_name,
                week=week,
                minutes=minutes[row.subject_id, row.series][0] if week else 0,
                url=ways.stand_in(guide, placement.pk if week is None else 0),
            )
        )
    return found


def _guide(placement: Placement, series: str) -> Person:
    """Who guided in a week (its Monday), or last."""
    guided = placement.segments.filter(supervisor__isnull=False).select_related("supervisor__person")
    segments = list(guided.order_by("starts_on", "pk"))
    begun = [row for row in segments if series and row.starts_on <= week_of(date.fromisoformat(series))[1]]
    segment = (begun or segments)[-1]
    return segment.supervisor.person  # type: ignore[union-attr]


def _to_log(rows: list[Due], placements: dict[int, Placement], ways: Ways) -> list[Matter]:
    found = []
    for row in rows:
        placement = placements[row.subject_id]
        page = reverse("placements:log", args=[placement.public_id])
        url = ways.page(f"{page}?day={row.series}")
        found.append(_matter(placement, ways, by=date.fromisoformat(row.series), url=url))
    return found


def _to_assess(rows: list[Due], placements: dict[int, Placement], ways: Ways) -> list[Matter]:
    page = ways.page(reverse("credits:to_decide"))
    return [_matter(placements[row.subject_id], ways, url=page) for row in rows]


def _changed(rows: list[Due], placements: dict[int, Placement], ways: Ways) -> list[Matter]:
    minutes = _minutes(rows)
    return [
        _matter(
            placements[row.subject_id],
            ways,
            week=date.fromisoformat(row.series),
            minutes=minutes[row.subject_id, row.series][0],
            other_minutes=minutes[row.subject_id, row.series][1],
            url=ways.page(reverse("placements:hours", args=[placements[row.subject_id].public_id])),
        )
        for row in rows
    ]


def _decided(rows: list[Due], placements: dict[int, Placement], ways: Ways) -> list[Matter]:
    decisions = Decision.objects.select_related("enrolment__cohort", "enrolment__student__school").in_bulk(
        {row.subject_id for row in rows}
    )
    return [
        Matter(
            student=ways.person.full_name,
            workplace=decision.enrolment.cohort.name,
            starts_on=decision.enrolment.starts_on,
            ends_on=timezone.localdate(decision.decided_at),
            own=True,
            minutes=decision.credited_minutes,
            what=decision.get_state_display(),
            url=ways.page("/"),
        )
        for decision in decisions.values()
    ]


def _to_answer(rows: list[Due], placements: dict[int, Placement], ways: Ways) -> list[Matter]:
    return [
        _matter_of_request(
            correction,
            by=_still_to_come(correction.answer_by, ways.now),
            url=ways.page(reverse("credits:correction", args=[correction.public_id])),
        )
        for correction in _corrections(rows)
    ]


def _answered(rows: list[Due], placements: dict[int, Placement], ways: Ways) -> list[Matter]:
    return [
        _matter_of_request(
            correction,
            own=True,
            what=correction.get_state_display(),
            url=ways.page(reverse("credits:ask", args=[correction.decision.public_id])),
        )
        for correction in _corrections(rows)
    ]


def _corrections(rows: list[Due]) -> QuerySet[Correction]:
    found = Correction.objects.filter(pk__in={row.subject_id for row in rows})
    return found.select_related("decision__enrolment__cohort", "decision__enrolment__student__person").order_by("pk")


def _matter_of_request(correction: Correction, **more) -> Matter:
    """What was written stays out of letters."""
    enrolment = correction.decision.enrolment
    return Matter(
        student=enrolment.student.person.full_name,
        workplace=enrolment.cohort.name,
        starts_on=enrolment.starts_on,
        ends_on=timezone.localdate(correction.decision.decided_at),
        **more,
    )


def _new_link(rows: list[Due], placements: dict[int, Placement], ways: Ways) -> list[Matter]:
    old = Link.objects.select_related("person").in_bulk({row.subject_id for row in rows})
    return [_link_matter(old[row.subject_id], ways) for row in rows]


def _link_matter(link: Link, ways: Ways) -> Matter:
    forwarded = link.person_id != ways.person.pk
    purpose = Link.Purpose(link.purpose)
    return Matter(
        student="",
        workplace=ways.school.name,
        starts_on=timezone.localdate(link.created_at),
        ends_on=timezone.localdate(ways.now + links.LIFETIME),
        what=purpose,
        sender=link.person.full_name if forwarded else "",
        url=ways.link(purpose, link.subject_id, forwarded_from=link if forwarded else link.forwarded_from),
    )


def _minutes(rows: list[Due], **only) -> dict[tuple[int, str], tuple[int, int]]:
    """Logged and confirmed minutes by placement and week."""
    entries = WorkEntry.objects.filter(placement__in={row.subject_id for row in rows}, **only)
    sums = {(row.subject_id, row.series): (0, 0) for row in rows}
    days = entries.values("placement_id", "day").annotate(logged=Sum("logged_minutes"), said=Sum("confirmed_minutes"))
    for day in days.order_by():
        key = day["placement_id"], monday(day["day"]).isoformat()
        if key in sums:
            sums[key] = sums[key][0] + day["logged"], sums[key][1] + (day["said"] or 0)
    return sums


_MATTERS: dict[Kind, Callable[[list[Due], dict[int, Placement], Ways], list[Matter]]] = {
    Kind.LINK: _new_link,
    Kind.REQUEST: _to_take,
    Kind.SIGN: _to_sign,
    Kind.CONFIRM: _to_confirm,
    Kind.FEEDBACK: _to_give_feedback,
    Kind.COLLEAGUE: _for_colleague,
    Kind.LOG: _to_log,
    Kind.ASSESS: _to_assess,
    Kind.HOURS_CHANGED: _changed,
    Kind.CREDITED: _decided,
    Kind.LOOK_AGAIN: _to_answer,
    Kind.ANSWERED: _answered,
}
