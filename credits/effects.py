"""What a draft of a rule set would change for the students of today, before anybody adopts it."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Membership
from credits.access import enrolments_to_credit
from credits.holding import with_and_without
from credits.replay import cases_beside, evaluated
from credits.rules.case import Case
from credits.rules.effect import Effect, Standing, effect, reason, standing
from credits.rules.result import RequirementLine, Result
from credits.sentences import Teller
from schools.models import Enrolment, RuleSetDraft


@dataclass(frozen=True)
class Changed:
    """One enrolment: where it stands before and after, and the rule that makes the difference, in words."""

    enrolment: int
    effect: Effect
    before: Standing
    after: Standing
    why: str


@dataclass
class Effects:
    """How many gain, lose and stay, and the rows that were asked for."""

    counts: Counter[Effect] = field(default_factory=Counter)
    rows: list[Changed] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.counts.total()


def effects(draft: RuleSetDraft, viewer: Membership, *, today: date, show: Effect) -> Effects:
    """Of all students of current cohorts whose programme names this rule set; memory holds only the rows to show.

    As many queries for all as for one.
    """
    found = Effects()
    enrolments = affected(draft, viewer, today)
    for enrolment, cases in cases_beside(with_and_without(draft, enrolments), enrolments, today=today):
        before, after = (evaluated(case) if case else None for case in cases)
        kind = effect(before, after)
        found.counts[kind] += 1
        if kind == show:
            why = _why(before, after, cases[1]) if kind != Effect.SAME else ""
            found.rows.append(Changed(enrolment.pk, kind, standing(before), standing(after), why))
    found.rows.sort(key=lambda row: (row.after.minutes - row.before.minutes, row.before.missing - row.after.missing))
    return found


def affected(draft: RuleSetDraft, viewer: Membership, today: date) -> QuerySet[Enrolment]:
    """Who is still enrolled in a cohort that goes on, in a programme that names this rule set."""
    open_now = [Q(**{name: None}) | Q(**{f"{name}__gte": today}) for name in ("ends_on", "cohort__ends_on")]
    return enrolments_to_credit(viewer).filter(*open_now, cohort__version__rule_set=draft.rule_set_id)


def _why(before: Result | None, after: Result | None, new: Case | None) -> str:
    if after is None or new is None:
        return _("The new wording gives no answer for this student.")
    if after.result == "not_applicable":
        return _("The new wording is not for this student.")
    if before is None or before.result == "not_applicable":
        return _("Only the new wording is for this student.")
    line = reason(before, after)
    if line is None:
        return _("Other awards are given.")
    teller = Teller(new.rule_set)
    return teller.requirement(line) if isinstance(line, RequirementLine) else teller.step(line)


@dataclass(frozen=True)
class Row:
    enrolment: Enrolment
    changed: Changed


def named(rows: Collection[Changed]) -> list[Row]:
    """These rows with names, in one query."""
    keys = [row.enrolment for row in rows]
    found = Enrolment.objects.select_related("student__person", "cohort").in_bulk(keys)
    return [Row(found[row.enrolment], row) for row in rows]
