"""The burden budget of a host (product 4.4): what a school may ask of it, for whom and why, and how long it may take.

The table holds every field without which a form of a host is refused. A test tries all forms and compares; it fails for
a field that has no row here, for a row that no form asks for any more, and when a tier asks more than its budget.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from accounts.roles import Role
from employers.models import SchoolEmployer

Tier = SchoolEmployer.Tier
TIERS = (Tier.LIGHT, Tier.STANDARD, Tier.ENHANCED)


@dataclass(frozen=True)
class Budget:
    """For one whole placement: required fields at most, and active minutes at most."""

    fields: int
    minutes: int

    def is_over(self, seconds: int) -> bool:
        return seconds > self.minutes * 60


BUDGETS = {
    Tier.LIGHT: Budget(fields=6, minutes=5),
    Tier.STANDARD: Budget(fields=12, minutes=15),
    Tier.ENHANCED: Budget(fields=20, minutes=30),
}


@dataclass(frozen=True)
class Asked:
    """One required field: who at the school needs the answer, and what for.

    `occasion` says when it is asked; empty: of every placement from the lowest `tier` on, and it counts.
    """

    screen: str
    field: str
    owner: Role
    purpose: str
    tier: Tier = Tier.LIGHT
    occasion: str = ""


_ACCIDENT = "Something went wrong at work"
_CHANGE = "The hours of a day were different"
_EARLY = "The host wants to end the placement"
_EARLIER = "The student worked there before"
_SHOWN = "The student shows an outcome at work"
_TALK = "The host writes down a review itself"
_ABSENT = "The student was absent"
_MISSING_DAY = "The student forgot to write a day down"
_FORWARD = "Somebody else was there"
_NOT_ME = "Somebody else guides the student"
_OFFER = "The host offers places"
_SENSITIVE = "Something sensitive is opened by link, or an account"
_DISPUTE = "The student says other hours"

TABLE = (
    # Of every placement
    Asked("sign", "name_typed", Role.HEAD, "The name under the agreement, without which nobody may start."),
    Asked("closing", "tasks", Role.TEACHER, "What the student did, beside what the student wrote."),
    Asked("closing", "independence", Role.TEACHER, "How alone the student works, for the decision on credit."),
    Asked("closing", "phrase", Role.TEACHER, "One thing that was seen, for the talk with the student."),
    Asked("closing", "host_again", Role.COORDINATOR, "Whether the host takes a student again."),
    Asked("first_week", "mood", Role.COORDINATOR, "Trouble is seen in the first week, not in the last.", Tier.STANDARD),
    Asked("adjustments", "answer", Role.TEACHER, "Whether the workplace can do what the student needs.", Tier.ENHANCED),
    # Only when it happens
    Asked("week", "hours", Role.COORDINATOR, "The hours that the host agrees to.", occasion=_CHANGE),
    Asked("week", "minutes", Role.COORDINATOR, "The hours that the host agrees to.", occasion=_CHANGE),
    Asked("week", "reason", Role.STUDENT, "The student reads why the hours differ.", occasion=_CHANGE),
    Asked("reply", "which", Role.COORDINATOR, "Whose hours are right.", occasion=_DISPUTE),
    Asked("reply", "hours", Role.COORDINATOR, "The hours that are right, when neither is.", occasion=_DISPUTE),
    Asked("reply", "reason", Role.STUDENT, "The student reads why.", occasion=_DISPUTE),
    Asked("day", "day", Role.COORDINATOR, "The day that counts.", occasion=_MISSING_DAY),
    Asked("day", "starts_at", Role.COORDINATOR, "Working time is checked for minors.", occasion=_MISSING_DAY),
    Asked("day", "ends_at", Role.COORDINATOR, "Working time is checked for minors.", occasion=_MISSING_DAY),
    Asked("day", "break_minutes", Role.COORDINATOR, "Breaks are checked for minors.", occasion=_MISSING_DAY),
    Asked("absence", "day", Role.COORDINATOR, "The day that was missed.", occasion=_ABSENT),
    Asked("absence", "part", Role.COORDINATOR, "Whether the whole day was missed.", occasion=_ABSENT),
    Asked("absence", "cause", Role.COORDINATOR, "Whose cause it is decides whether it counts.", occasion=_ABSENT),
    Asked("absence", "hours", Role.COORDINATOR, "How much was missed.", occasion="The student was absent for a part"),
    Asked("incident", "kind", Role.COORDINATOR, "Decides who has to be told.", occasion=_ACCIDENT),
    Asked("incident", "care", Role.COORDINATOR, "Decides how soon.", occasion=_ACCIDENT),
    Asked("incident", "day", Role.COORDINATOR, "The report to insurer and authority.", occasion=_ACCIDENT),
    Asked("incident", "clock", Role.COORDINATOR, "The report to insurer and authority.", occasion=_ACCIDENT),
    Asked("incident", "what", Role.COORDINATOR, "The report to insurer and authority.", occasion=_ACCIDENT),
    Asked("concern_end", "category", Role.COORDINATOR, "Who calls, and about what.", occasion=_EARLY),
    Asked("refuse", "reason", Role.COORDINATOR, "What has to change.", occasion="The host does not sign"),
    Asked("request_decline", "reason", Role.COORDINATOR, "Whether to ask again.", occasion="The host takes nobody"),
    Asked("forward", "name", Role.COORDINATOR, "Who answers.", occasion=_FORWARD),
    Asked("forward", "email", Role.COORDINATOR, "Where the letter goes.", occasion=_FORWARD),
    Asked("not_me", "name", Role.COORDINATOR, "Who guides the student.", occasion=_NOT_ME),
    Asked("not_me", "email", Role.COORDINATOR, "Where letters go.", occasion=_NOT_ME),
    Asked("earlier_confirm", "name", Role.TEACHER, "Who confirms work from before.", occasion=_EARLIER),
    Asked("earlier_confirm", "hours", Role.TEACHER, "The work that may count.", occasion=_EARLIER),
    Asked("earlier_confirm", "minutes", Role.TEACHER, "The work that may count.", occasion=_EARLIER),
    Asked("demonstration", "outcome", Role.TEACHER, "What was shown.", occasion=_SHOWN),
    Asked("demonstration", "on", Role.TEACHER, "When it was shown.", occasion=_SHOWN),
    Asked("demonstration", "seen", Role.TEACHER, "How it was done.", occasion=_SHOWN),
    Asked("contact_form", "method", Role.COORDINATOR, "How the review was held.", occasion=_TALK),
    Asked("contact_form", "on", Role.COORDINATOR, "When it was held.", occasion=_TALK),
    Asked("contact_form", "agreed", Role.TEACHER, "What was agreed.", occasion=_TALK),
    Asked("sheet_upload", "file", Role.COORDINATOR, "The signed sheet.", occasion="The week is signed on paper"),
    Asked("offers", "title", Role.COORDINATOR, "What work it is.", occasion=_OFFER),
    Asked("offers", "places", Role.COORDINATOR, "How many students fit.", occasion=_OFFER),
    Asked("offers", "starts_on", Role.COORDINATOR, "When students may come.", occasion=_OFFER),
    Asked("offers", "ends_on", Role.COORDINATOR, "When students may come.", occasion=_OFFER),
    Asked(
        "offers", "reason", Role.COORDINATOR, "Whether to ask next year.", occasion="The host takes nobody this year"
    ),
    Asked("code", "code", Role.HEAD, "A link that was sent on must not open it.", occasion=_SENSITIVE),
)


def counted(tier: Tier) -> list[Asked]:
    """What a placement of this tier is asked in any case: its own tier and those below."""
    reach = TIERS[: TIERS.index(tier) + 1]
    return [row for row in TABLE if row.tier in reach and not row.occasion]


# ── The page of the documentation ────────────────────────────────────────────────────────────────────────────────────

_HEAD = """# What a host is asked for

`manage.py write_burden` writes this page from the table in the code. A test tries every form of every page for hosts,
empty and answer by answer, and compares: each field without which a form is refused has a row with somebody who needs
it and a purpose, and no tier asks more than its budget. Prefilled fields count too.

Active minutes are counted from the moment a form was drawn to its post, without the time in which nobody touched the
page. Without scripts a stretch of more than ten minutes counts as one minute. A page that is only read counts nothing.
"""

_LINE = "| --- " * 5 + "|"


def page() -> str:
    """The page as Markdown, in English."""
    return "\n".join([_HEAD, *_budgets(), "", *_always(), "", *_sometimes(), ""])


def _budgets() -> Iterator[str]:
    yield from ("| Tier | Required fields | At most | Active minutes at most |", "| --- | --- | --- | --- |")
    for tier in TIERS:
        yield f"| {tier.value} | {len(counted(tier))} | {BUDGETS[tier].fields} | {BUDGETS[tier].minutes} |"


def _always() -> Iterator[str]:
    yield from (
        "## Of every placement\n",
        "| Screen | Field | From tier | Who needs it | What for |",
        "| --- " * 5 + "|",
    )
    for row in counted(Tier.ENHANCED):
        yield f"| {row.screen} | {row.field} | {row.tier.value} | {row.owner.value} | {row.purpose} |"


def _sometimes() -> Iterator[str]:
    yield from ("## Only when it happens\n", "| When | Screen | Field | Who needs it | What for |", _LINE)
    rows = sorted((row for row in TABLE if row.occasion), key=lambda row: row.occasion)
    for occasion, group in groupby(rows, key=lambda row: row.occasion):
        for row in group:
            yield f"| {occasion} | {row.screen} | {row.field} | {row.owner.value} | {row.purpose} |"
