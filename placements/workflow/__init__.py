"""The life of a placement and of its agreement: two tables of moves, and the verbs that make them.

A change of an agreed plan makes a new version. What is agreed stays in force until the new version is agreed; what was
still being signed lapses at once. Verbs raise `core.workflow.Refused` with a text for the person who tried:

    create_placement(*, enrolment, site, supervisor, teacher, coordinator, starts_on, ends_on, by, at, offer=None)
    set_plan(*, placement, shifts, outcomes, purpose_text, rhythm, by, at) -> PlanVersion
    propose(*, agreement, sign_by, by, at) -> list of Signature
    sign(*, signature, name_typed, ip, by, at, person=None) -> Signature
    refuse(*, signature, reason, by, at)
    start, pause, resume, end, cancel, break_early(*, placement, by, at, ...)
"""

from placements.workflow.agreeing import propose, refuse, sign, withdraw
from placements.workflow.life import break_early, cancel, end, pause, resume, start
from placements.workflow.planning import Pattern, create_placement, set_plan
from placements.workflow.tables import AGREEMENT, PLACEMENT, today_at

__all__ = [
    "AGREEMENT",
    "PLACEMENT",
    "Pattern",
    "break_early",
    "cancel",
    "create_placement",
    "end",
    "pause",
    "propose",
    "refuse",
    "resume",
    "set_plan",
    "sign",
    "start",
    "today_at",
    "withdraw",
]
