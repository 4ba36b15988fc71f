"""What happened, told from the log of moves: one sentence per noun and verb, with roles and never a name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import Role
from core.models import Transition
from core.templatetags.ui import day, day_year, hours
from placements.models import Signature

SENTENCES: dict[tuple[str, str], Any] = {
    ("placement", "create"): gettext_lazy("The placement was planned."),
    ("placement", "plan"): gettext_lazy("Plan version %(version)s was written: %(minutes)s."),
    ("placement", "start"): gettext_lazy("Started."),
    ("placement", "pause"): gettext_lazy("Paused."),
    ("placement", "resume"): gettext_lazy("Goes on after a pause."),
    ("placement", "end"): gettext_lazy("Ended."),
    ("placement", "cancel"): gettext_lazy("Cancelled."),
    ("placement", "break"): gettext_lazy("Ended early; the last day is %(last_day)s."),
    ("agreement", "propose"): gettext_lazy("Plan version %(version)s was sent for signing."),
    ("agreement", "sign"): gettext_lazy("Signed for this side: %(party)s."),
    ("agreement", "agree"): gettext_lazy("Everybody has signed: plan version %(version)s is agreed."),
    ("agreement", "refuse"): gettext_lazy("Plan version %(version)s was refused by this side: %(party)s."),
    ("agreement", "supersede"): gettext_lazy("Plan version %(version)s was replaced."),
    ("agreement", "lapse"): gettext_lazy("Plan version %(version)s was withdrawn."),
    ("week", "confirm"): gettext_lazy("The week of %(week)s was confirmed: %(minutes)s of %(logged)s."),
    ("week", "undo"): gettext_lazy("The confirmation of the week of %(week)s was taken back."),
    ("feedback", "give"): gettext_lazy("The host gave closing feedback."),
    ("feedback", "change"): gettext_lazy("The host changed the closing feedback."),
    ("decision", "credit"): gettext_lazy("Credited: %(minutes)s."),
    ("decision", "credit_partly"): gettext_lazy("A part was credited: %(minutes)s."),
    ("decision", "not_yet"): gettext_lazy("The teacher decided: not credited yet."),
    ("decision", "correct"): gettext_lazy("A decision was taken back: %(minutes)s."),
}
TONES = {
    "break": "warn", "cancel": "warn", "refuse": "bad", "correct": "warn",
    "agree": "good", "credit": "good", "credit_partly": "good",
}  # fmt: skip
_DATES = ("last_day", "week", "planned_end")
_MINUTES = ("minutes", "logged", "proposed")


@dataclass(frozen=True)
class Event:
    when: str
    text: str
    by: str
    detail: str
    tone: str


def events(rows: Iterable[Transition], *, today: date, with_reasons: bool) -> list[Event]:
    """One event for each row that has a sentence. Reasons are for the staff only."""
    return [_event(row, today, with_reasons) for row in rows if (row.noun, row.verb) in SENTENCES]


def _event(row: Transition, today: date, with_reasons: bool) -> Event:
    return Event(
        when=day(row.at) if row.at.year == today.year else day_year(row.at),
        text=SENTENCES[row.noun, row.verb] % _words(row.details),
        by=_role(row.role),
        detail=row.reason if with_reasons else "",
        tone=TONES.get(row.verb, ""),
    )


def _words(details: dict) -> dict[str, Any]:
    words = dict.fromkeys(("version", "party", *_DATES, *_MINUTES), "") | details
    words |= {name: day(date.fromisoformat(details[name])) for name in _DATES if details.get(name)}
    words |= {name: hours(details[name]) for name in _MINUTES if details.get(name) is not None}
    if details.get("party") in Signature.Party.values:
        words["party"] = Signature.Party(details["party"]).label
    return words


def _role(role: str) -> str:
    return str(Role(role).label) if role in Role.values else _("By itself")
