"""The life of a placement, of its agreement, hours, feedback and links: tables of moves, and the verbs that make them.

A change of an agreed plan makes a new version. What is agreed stays in force until the new version is agreed; what was
still being signed lapses at once. Verbs raise `core.workflow.Refused` with a text for the person who tried.
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
