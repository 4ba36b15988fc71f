"""What happened, told from the log of moves: one sentence per noun and verb, with roles and never a name.

Moves without a sentence are told elsewhere: single days on the hours page, letters and links on pages of their own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import STAFF, Role
from core.models import Transition
from core.templatetags.ui import day, day_year, hours
from employers.models import Check
from employers.rules import Decline
from placements.models import Signature

SENTENCES: dict[tuple[str, str], Any] = {
    ("placement", "create"): gettext_lazy("The placement was planned."),
    ("placement", "plan"): gettext_lazy("Plan version %(version)s was written: %(minutes)s."),
    ("placement", "start"): gettext_lazy("Started."),
    ("placement", "start_unagreed"): gettext_lazy("Started before everybody had signed."),
    ("placement", "pause"): gettext_lazy("Paused."),
    ("placement", "resume"): gettext_lazy("Goes on after a pause."),
    ("placement", "end"): gettext_lazy("Ended."),
    ("placement", "cancel"): gettext_lazy("Cancelled."),
    ("placement", "break"): gettext_lazy("Ended early; the last day is %(last_day)s."),
    ("placement", "transfer"): gettext_lazy("A new workplace was found; work begins there on %(starts_on)s."),
    ("placement", "restore"): gettext_lazy("The early end was taken back."),
    ("placement", "restore_paused"): gettext_lazy("The early end was taken back."),
    ("placement", "restore_planned"): gettext_lazy("The cancelling was taken back."),
    ("placement", "restore_running"): gettext_lazy("The pause was taken back."),
    ("placement", "host_stops"): gettext_lazy("The workplace stops: what it knows was asked for at once."),
    ("placement", "hand_on"): gettext_lazy("Another coordinator looks after it from now on."),
    ("placement", "hand_over"): gettext_lazy("Somebody else at the workplace guides from now on."),
    ("agreement", "propose"): gettext_lazy("Plan version %(version)s was sent for signing."),
    ("agreement", "sign"): gettext_lazy("Signed for this side: %(party)s."),
    ("agreement", "sign_paper"): gettext_lazy("Signed on paper on %(day)s for this side: %(party)s."),
    ("agreement", "scan"): gettext_lazy("A scan of the signed paper was added for this side: %(party)s."),
    ("agreement", "take_back"): gettext_lazy("The signature on paper was taken back for this side: %(party)s."),
    ("agreement", "restore"): gettext_lazy("Plan version %(version)s is in force again."),
    ("agreement", "agree"): gettext_lazy("Everybody has signed: plan version %(version)s is agreed."),
    ("agreement", "refuse"): gettext_lazy("Plan version %(version)s was refused by this side: %(party)s."),
    ("agreement", "supersede"): gettext_lazy("Plan version %(version)s was replaced."),
    ("agreement", "lapse"): gettext_lazy("Plan version %(version)s was withdrawn."),
    ("request", "ask"): gettext_lazy("The host was asked to take this student, with an answer by %(answer_by)s."),
    ("request", "accept"): gettext_lazy("The host takes this student."),
    ("request", "decline"): gettext_lazy("The host cannot take this student."),
    ("request", "take_back"): gettext_lazy("The request to the host was taken back."),
    ("request", "undo"): gettext_lazy("The host took the answer back."),
    ("request", "settle"): gettext_lazy("A person meant the answer of the host."),
    ("request", "reject"): gettext_lazy("Nobody meant the answer of the host; it is asked again."),
    ("request", "lapse"): gettext_lazy("The host did not answer the request in time."),
    ("week", "confirm"): gettext_lazy("The week of %(week)s was confirmed: %(minutes)s of %(logged)s."),
    ("week", "undo"): gettext_lazy("The confirmation of the week of %(week)s was taken back."),
    ("week", "settle"): gettext_lazy("A person meant the confirmation of the week of %(week)s."),
    ("week", "reject"): gettext_lazy("Nobody meant the confirmation of the week of %(week)s; it is asked for again."),
    ("week", "report"): gettext_lazy("The school wrote down the week of %(week)s: %(minutes)s."),
    ("hours", "add"): gettext_lazy("The host added %(day)s: %(minutes)s."),
    ("hours", "take_back"): gettext_lazy("The log of %(day)s was taken back."),
    ("hours", "reply"): gettext_lazy("The student answered about %(day)s."),
    ("hours", "settle"): gettext_lazy("The hours of %(day)s were settled: %(minutes)s."),
    ("absence", "tell"): gettext_lazy("Absent on %(day)s."),
    ("absence", "withdraw"): gettext_lazy("The absence on %(day)s was taken back."),
    ("absence", "judge"): gettext_lazy("The school has looked at the absence on %(day)s."),
    ("contact", "contact"): gettext_lazy("School and workplace were in contact on %(on)s."),
    ("contact", "visit"): gettext_lazy("The school visited the workplace on %(on)s."),
    ("contact", "first_week"): gettext_lazy("First-week check on %(on)s."),
    ("contact", "review"): gettext_lazy("Review with all three sides on %(on)s."),
    ("contact", "induction"): gettext_lazy("Safety induction on %(on)s."),
    ("contact", "briefing"): gettext_lazy("The supervisor was briefed on %(on)s."),
    ("contact", "preparation"): gettext_lazy("Prepared at school on %(on)s."),
    ("contact", "debrief"): gettext_lazy("Looked back on the placement at school on %(on)s."),
    ("contact", "observation"): gettext_lazy("The teacher watched the work on %(on)s, in place of the host's answer."),
    ("contact", "oral"): gettext_lazy("The student explained the work on %(on)s, in place of the host's answer."),
    ("contact", "statement"): gettext_lazy("A co-worker told of the work on %(on)s, in place of the host's answer."),
    ("appointment", "plan"): gettext_lazy("A visit or talk was planned for %(on)s."),
    ("appointment", "change"): gettext_lazy("A visit or talk was changed; it is on %(on)s."),
    ("appointment", "cancel"): gettext_lazy("The visit or talk on %(on)s was cancelled."),
    ("incident", "report"): gettext_lazy("An incident was reported."),
    ("incident", "tell"): gettext_lazy("Insurer and authority know of the incident."),
    ("incident", "close"): gettext_lazy("The incident was closed."),
    ("incident", "reopen"): gettext_lazy("The incident was opened again."),
    ("earlier_work", "write"): gettext_lazy("Earlier work was written down: %(minutes)s."),
    ("earlier_work", "confirm"): gettext_lazy("Earlier work was accepted: %(minutes)s."),
    ("feedback", "give"): gettext_lazy("The host gave closing feedback."),
    ("feedback", "change"): gettext_lazy("The host changed the closing feedback."),
    ("feedback", "take_back"): gettext_lazy("The host took the closing feedback back."),
    ("feedback", "use"): gettext_lazy("The school used the closing feedback on %(on)s."),
    ("feedback", "reply"): gettext_lazy("The student answered the closing feedback."),
    ("skills", "mark"): gettext_lazy("The skills were marked."),
    ("skills", "change"): gettext_lazy("The marks of the skills were changed."),
    ("skills", "take_back"): gettext_lazy("The marks of the skills were taken back."),
    ("demonstration_part", "record"): gettext_lazy("What was shown on %(on)s was written down."),
    ("demonstration_part", "take_back"): gettext_lazy("What was shown on %(on)s was taken back."),
    ("demonstration", "finish"): gettext_lazy("A demonstration was finished."),
    ("demonstration", "reopen"): gettext_lazy("A demonstration was opened again."),
    ("teacher_report", "write"): gettext_lazy("The report on the placement was written."),
    ("teacher_report", "accept"): gettext_lazy("The report was accepted: %(minutes)s of training."),
    ("teacher_report", "take_back"): gettext_lazy("The report was opened again."),
    ("decision", "credit"): gettext_lazy("Credited: %(minutes)s."),
    ("decision", "credit_partly"): gettext_lazy("A part was credited: %(minutes)s."),
    ("decision", "not_yet"): gettext_lazy("The teacher decided: not credited yet."),
    ("decision", "correct"): gettext_lazy("A decision was taken back: %(minutes)s."),
    ("correction", "ask"): gettext_lazy("The student asked to look at a decision again."),
    ("correction", "decline"): gettext_lazy("The teacher looked again: the decision stays."),
    ("handling", "take"): gettext_lazy("A coordinator took on what waits here."),
    ("handling", "assign"): gettext_lazy("What waits here was given to a colleague."),
    ("handling", "rest"): gettext_lazy("What waits here rests until %(until)s."),
    ("handling", "wake"): gettext_lazy("What waits here was brought back."),
    ("handling", "note"): gettext_lazy("A note was written about what waits here."),
    ("round", "open"): gettext_lazy("The school asked for places in a period."),
    ("offer", "offer"): gettext_lazy("Places were offered: %(places)s."),
    ("offer", "withdraw"): gettext_lazy("An offer was taken back."),
    ("relation", "give_on"): gettext_lazy("Somebody else at the school looks after the firm from now on."),
    ("relation", "not_this_year"): gettext_lazy("No places this year: %(why)s."),
    ("relation", "check"): gettext_lazy("Checked on %(on)s: %(check)s."),
    ("relation", "recognise"): gettext_lazy("The school recognises this host."),
    ("relation", "no_longer"): gettext_lazy("The school no longer recognises this host."),
    ("relation", "stop"): gettext_lazy("The host stops."),
    ("relation", "go_on"): gettext_lazy("The host goes on."),
    ("enrolment", "move_up"): gettext_lazy("Goes on in another cohort from %(starts_on)s."),
    ("rule_exception", "grant"): gettext_lazy("An exception from a rule was granted."),
    ("rule_exception", "withdraw"): gettext_lazy("An exception from a rule was withdrawn."),
}
STAFF_ONLY = {
    "request",
    "contact",
    "appointment",
    "incident",
    "handling",
    "offer",
    "relation",
    "round",
    "rule_exception",
}
"""What the school tells the student and the guardian itself, where it concerns them."""
TONES = {
    "break": "warn", "cancel": "warn", "refuse": "bad", "correct": "warn", "decline": "warn", "start_unagreed": "warn",
    "not_this_year": "warn", "stop": "warn",
    "agree": "good", "accept": "good", "credit": "good", "credit_partly": "good", "recognise": "good",
}  # fmt: skip
_DATES = ("last_day", "week", "planned_end", "starts_on", "day", "on", "answer_by", "until")
_MINUTES = ("minutes", "logged", "proposed")
_TOLD_IN_CONFIDENCE = (Role.COORDINATOR, Role.HEAD, Role.SAFEGUARDING)


@dataclass(frozen=True)
class Event:
    when: str
    text: str
    by: str
    detail: str
    tone: str


def told_to(role: str) -> list[tuple[str, str]]:
    """The nouns and verbs of which this role is told."""
    return [move for move in SENTENCES if role in STAFF or move[0] not in STAFF_ONLY]


def events(rows: Iterable[Transition], *, today: date, role: str) -> list[Event]:
    """One event for each row that the role is told of. Reasons are for the staff, private ones for those who lead; to
    the others what has ended for a private reason is paused."""
    known = told_to(role)
    return [_event(row, today, role) for row in rows if (row.noun, row.verb) in known]


def _event(row: Transition, today: date, role: str) -> Event:
    readers = _TOLD_IN_CONFIDENCE if row.details.get("private") else STAFF
    verb = row.verb if role in readers or not row.details.get("private") else "pause"
    return Event(
        when=day(row.at) if row.at.year == today.year else day_year(row.at),
        text=SENTENCES[row.noun, verb] % _words(row.details),
        by=_role(row.role),
        detail=row.reason if role in readers else "",
        tone=TONES.get(verb, ""),
    )


def _words(details: dict) -> dict[str, Any]:
    words = dict.fromkeys(("version", "party", "places", "why", "check", *_DATES, *_MINUTES), "") | details
    words |= {name: day(date.fromisoformat(details[name])) for name in _DATES if details.get(name)}
    words |= {name: hours(details[name]) for name in _MINUTES if details.get(name) is not None}
    if details.get("party") in Signature.Party.values:
        words["party"] = Signature.Party(details["party"]).label
    if details.get("decline") in Decline.values:
        words["why"] = Decline(details["decline"]).label
    if details.get("kind") in Check.Kind.values:
        words["check"] = Check.Kind(details["kind"]).label
    return words


def _role(role: str) -> str:
    return str(Role(role).label) if role in Role.values else _("By itself")
