"""What is asked of people about placements: open now, read for many at once in a fixed number of queries.

A placement that is paused or cancelled asks nobody for anything; one that has ended asks for what is left. One that
broke asks the host only for weeks that were worked, so that no student loses hours by it (product 6, E1).
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from functools import cache

from placements.models import Placement
from reminders.asked import agreements, contacts, credit, endings, hosts, questions, starting, students
from reminders.asked.moves import moves_of
from reminders.asked.staff import staff_of
from reminders.due.calendar import Calendar
from reminders.due.lines import Fact
from reminders.models import Kind

type Placements = dict[int, Placement]
type Wanted = Mapping[Kind, Collection[int]]
"""The placements about which somebody wants to know what is asked, by kind."""


def asked_about(
    placements: Placements, schools: dict[int, Calendar], today: date, wanted: Wanted | None = None
) -> list[Fact]:
    """All that is open about these placements; they come with learner, enrolment, segments, sites and supervisors.

    With `wanted`, at least that much: what nobody wants to know is not read.
    """
    found = [
        fact
        for kinds, read in _readers(placements, schools, today)
        if (about := _those(placements, wanted, kinds))
        for fact in read(about)
    ]
    gone = _gone(placements.values(), today)
    return [fact for fact in found if (fact.placement, fact.person) not in gone]


def _those(placements: Placements, wanted: Wanted | None, kinds: set[Kind]) -> Placements:
    if wanted is None:
        return placements
    keys = {pk for kind in kinds for pk in wanted.get(kind, ())}
    return {pk: placement for pk, placement in placements.items() if pk in keys}


def _readers(
    placements: Placements, schools: dict[int, Calendar], today: date
) -> list[tuple[set[Kind], Callable[[Placements], list[Fact]]]]:
    """Who reads which kinds; what several of them need is read once."""
    moves = cache(lambda: moves_of(placements))
    colleagues = cache(lambda: hosts.colleagues_of(placements.values(), today))
    return [
        ({Kind.REQUEST}, lambda about: hosts.to_take(about, today)),
        ({Kind.SIGN}, agreements.to_sign),
        ({Kind.CONFIRM, Kind.COLLEAGUE}, lambda about: hosts.to_confirm(about, schools, colleagues(), moves())),
        ({Kind.FEEDBACK, Kind.COLLEAGUE}, lambda about: hosts.to_give_feedback(about, schools, colleagues(), moves())),
        ({Kind.LOG}, lambda about: students.to_log(about, schools, moves())),
        ({Kind.ASSESS}, credit.to_assess),
        ({Kind.CONTACT, Kind.PLAN, Kind.UNSIGNED, Kind.ARRIVAL}, lambda about: _by_the_school(about, schools, today)),
        ({Kind.ENDING}, lambda about: endings.to_end(about, moves())),
        ({Kind.THANKS}, lambda about: endings.to_thank(about, today)),
        ({Kind.REFLECT}, lambda about: questions.to_reflect(about, today)),
        ({Kind.FOLLOW_UP}, questions.to_follow_up),
    ]


def _by_the_school(placements: Placements, schools: dict[int, Calendar], today: date) -> list[Fact]:
    staff, known = staff_of(schools, today), contacts.known_of(placements, today)
    return [*contacts.to_meet(placements, known, staff, today), *starting.to_start(placements, known, staff)]


def _gone(placements: Iterable[Placement], today: date) -> set[tuple[int, int]]:
    """Supervisors who have left the firm, by placement: nothing about its students goes to them. Of a firm that has
    closed they still answer, as former employees (E9)."""
    return {
        (placement.pk, segment.supervisor.person_id)
        for placement in placements
        for segment in placement.segments.all()
        if segment.supervisor and segment.supervisor.ends_on and segment.supervisor.ends_on < today
        if not (placement.employer and placement.employer.closed_on)
    }
