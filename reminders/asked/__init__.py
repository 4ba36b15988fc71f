"""What is asked of people about placements: open now, read for many at once in a fixed number of queries.

A placement that is paused or cancelled asks nobody for anything; one that has ended asks for what is left. One that
broke asks the host only for weeks that were worked, so that no student loses hours by it (product 6, E1).
"""

from collections.abc import Iterable
from datetime import date

from placements.models import Placement
from reminders.asked import agreements, contacts, credit, endings, hosts, questions, starting, students
from reminders.asked.moves import moves_of
from reminders.asked.staff import staff_of
from reminders.due.calendar import Calendar
from reminders.due.lines import Fact


def asked_about(placements: dict[int, Placement], schools: dict[int, Calendar], today: date) -> list[Fact]:
    """All that is open about these placements; they come with learner, enrolment, segments, sites and supervisors."""
    if not placements:
        return []  # a letter about none, such as one with a new link, would put thirty queries together for nothing
    moves = moves_of(placements)
    colleagues = hosts.colleagues_of(placements.values(), today)
    staff, known = staff_of(schools, today), contacts.known_of(placements, today)
    found: list[Fact] = [
        *hosts.to_take(placements, today),
        *agreements.to_sign(placements),
        *hosts.to_confirm(placements, schools, colleagues, moves),
        *hosts.to_give_feedback(placements, schools, colleagues, moves),
        *students.to_log(placements, schools, moves),
        *credit.to_assess(placements),
        *contacts.to_meet(placements, known, staff, today),
        *starting.to_start(placements, known, staff),
        *endings.to_end(placements, moves),
        *endings.to_thank(placements, today),
        *questions.to_reflect(placements, today),
        *questions.to_follow_up(placements),
    ]
    gone = _gone(placements.values(), today)
    return [fact for fact in found if (fact.placement, fact.person) not in gone]


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
