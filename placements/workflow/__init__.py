"""The life of a placement, of its agreement, hours, feedback and links: tables of moves, and the verbs that make them.

A change of an agreed plan makes a new version. What is agreed stays in force until the new version is agreed; what was
still being signed lapses at once. Verbs raise `core.workflow.Refused` with a text for the person who tried.
"""

from placements.workflow.agreeing import propose, refuse, sign, withdraw
from placements.workflow.breaking import Why, break_early, restore, restoring, transfer
from placements.workflow.life import cancel, end, pause, resume, start, start_unagreed
from placements.workflow.on_paper import add_scan, sign_paper, take_back
from placements.workflow.placing import Kind, Work, create_placement, create_teacher_placement
from placements.workflow.planning import Pattern, set_plan
from placements.workflow.repeating import Repeated, repeat_plan
from placements.workflow.replanning import (
    add_segment,
    change_segment,
    copy_plan,
    move_dates,
    move_work,
    remove_segment,
)
from placements.workflow.tables import AGREEMENT, PLACEMENT, last_step, today_at

__all__ = [
    "AGREEMENT",
    "PLACEMENT",
    "Kind",
    "Pattern",
    "Repeated",
    "Why",
    "Work",
    "add_scan",
    "add_segment",
    "break_early",
    "cancel",
    "change_segment",
    "copy_plan",
    "create_placement",
    "create_teacher_placement",
    "end",
    "last_step",
    "move_dates",
    "move_work",
    "pause",
    "propose",
    "refuse",
    "remove_segment",
    "repeat_plan",
    "restore",
    "restoring",
    "resume",
    "set_plan",
    "sign",
    "sign_paper",
    "start",
    "start_unagreed",
    "take_back",
    "today_at",
    "transfer",
    "withdraw",
]
