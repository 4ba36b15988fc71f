"""Which contacts are asked for, and of whom."""

from collections.abc import Mapping
from datetime import date

from placements.models import Contact, HourClaim, Placement
from placements.queries.due_contacts import facts_for
from placements.rules.contacts import Due, Facts, coming
from reminders.asked.programme import about
from reminders.asked.staff import Staff
from reminders.due import contacts as due
from reminders.due.lines import Fact
from reminders.models import Reader

Side = HourClaim.Side
_ACCOMPANIED = (Placement.Purpose.STUDENT, Placement.Purpose.TEACHER)


def known_of(placements: Mapping[int, Placement], today: date) -> dict[int, Facts]:
    """What the rules ask of each placement that is accompanied."""
    wanted = [
        pk
        for pk, placement in placements.items()
        if placement.purpose in _ACCOMPANIED and placement.state != Placement.State.CANCELLED
    ]
    return facts_for(wanted, today) if wanted else {}


def to_meet(placements: Mapping[int, Placement], known: Mapping[int, Facts], staff: Staff, today: date) -> list[Fact]:
    """All contacts that are due or will be, of everybody who is asked for one."""
    return [
        fact
        for pk, facts in known.items()
        for one in coming(facts, today)
        for fact in _BY_SIDE[one.side](placements[pk], facts, one, staff)
    ]


def _of_school(placement: Placement, facts: Facts, one: Due, staff: Staff) -> list[Fact]:
    """The teacher who accompanies the student, else the coordinator."""
    teacher = staff.teacher(placement)
    person = teacher or staff.coordinator(placement)
    if person is None:
        return []
    reader = Reader.TEACHER if teacher else Reader.SCHOOL
    return [due.ToHold(contact=one.kind, reader=reader, since=one.since, by=one.by, **about(placement, person))]


def _of_host(placement: Placement, facts: Facts, one: Due, staff: Staff) -> list[Fact]:
    """The briefing of those who have not read it, and the first week of whoever guides then; the induction is theirs
    to show, and the student says so."""
    if one.kind == Contact.Kind.BRIEFING:
        return [due.ToBrief(first_day=facts.first_day, **about(placement, person)) for person in sorted(one.people)]
    if one.kind == Contact.Kind.FIRST_WEEK:
        guides = sorted(_guides_on(placement, one.since) & facts.guides)
        return [due.ToSay(reader=Reader.HOST, since=one.since, **about(placement, person)) for person in guides]
    return []


def _guides_on(placement: Placement, day: date) -> set[int]:
    return {
        segment.supervisor.person_id
        for segment in placement.segments.all()
        if segment.supervisor and segment.starts_on <= day <= segment.ends_on
    }


def _of_student(placement: Placement, facts: Facts, one: Due, staff: Staff) -> list[Fact]:
    """Learners answer behind a sign-in: without an account the school asks them."""
    if placement.learner.user_id is None:
        return []
    common = about(placement, placement.learner_id)
    reader = Reader.TEACHER if placement.purpose == Placement.Purpose.TEACHER else Reader.STUDENT
    if one.kind == Contact.Kind.INDUCTION:
        return [due.ToBeShown(reader=reader, first_day=facts.first_day, begins_at=facts.begins_at, **common)]
    return [due.ToSay(reader=reader, since=one.since, **common)]


_BY_SIDE = {Side.SCHOOL: _of_school, Side.HOST: _of_host, Side.STUDENT: _of_student}
