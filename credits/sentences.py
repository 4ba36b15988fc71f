"""Each line of a result in plain words, in the reader's language: every number in them stands in the line's data.

`names` gives people's words for ids of the evidence, such as the name of a host; an id without a name is shown as is.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext

from core.formats import listed
from core.templatetags.ui import day_year, hours
from credits.rules.awards import written
from credits.rules.result import (
    AwardLine,
    BreachLine,
    Comparison,
    Counted,
    GateLine,
    MoneyLine,
    ReportLine,
    RequirementLine,
    Result,
    Shown,
    StepLine,
)
from schools.rule_sets.document import Exclusive, RuleSet, every_requirement
from schools.rule_sets.parts import Text
from schools.rule_sets.phrases import counted
from schools.rule_sets.phrases import share as written_share
from schools.rule_sets.phrases import word as known_word

type Line = StepLine | RequirementLine | BreachLine | AwardLine | MoneyLine | ReportLine | GateLine


def word(text: Text) -> str:
    """A text of a rule set in the reader's language; English where the file does not speak it."""
    return getattr(text, (get_language() or "en")[:2], text.en)


def credit(thousandths: int) -> str:
    """ "0.5", with the comma or point of the reader's language and no more decimals than needed."""
    return number_format(written(thousandths))


# What credit is counted in; a measure that is not here is shown as its file writes it.
_MEASURES = {
    "credit": gettext_lazy("credit"),
    "unit": gettext_lazy("unit"),
    "point": gettext_lazy("point"),
    "day": gettext_lazy("day"),
    "hours": gettext_lazy("hours"),
}


def measure_word(name: str) -> str:
    return str(_MEASURES.get(name, name))


def money(cents: int, currency: str) -> str:
    return f"{number_format(Decimal(cents) / 100, 2)} {currency}"


@dataclass(frozen=True)
class Teller:
    """Tells the lines of one result."""

    rule_set: RuleSet
    names: Mapping[str, str] = field(default_factory=dict)

    def label(self, key: str) -> str:
        """What a rule is called; the rules that no file has to write have names of their own."""
        own = {
            "same_time": gettext("The same time twice"),
            "unknown_activity": gettext("Another kind of work"),
            "outside_dates": gettext("Outside the dates of the rules"),
            "after_end": gettext("After the placement ended early"),
            "no_agreement": gettext("Before the agreement was in force"),
            "in_sum": gettext("Already in the sum of earlier work"),
            "no_word": gettext("Earlier work that the workplace has not confirmed"),
            "no_talk": gettext("Earlier work that the teacher has not talked through yet"),
        }
        return own.get(key) or self._labels.get(key, key)

    @cached_property
    def _labels(self) -> dict[str, str]:
        found = self.rule_set
        rows = [
            *found.steps,
            *every_requirement(found.requirements),
            *found.working_time,
            *found.awards,
            *found.award_limits,
            *found.money,
            *found.reports,
            *found.gates,
        ]
        return {row.key: word(row.label) for row in rows}

    # ── Steps ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def step(self, line: StepLine) -> str:
        values = self._step_values(line)
        if line.decided_by and line.cut_minutes:
            text = gettext("%(label)s: %(cut)s may not count. %(party)s decides.")
        else:
            text = _STEP_TEXTS[line.reason](line)
        return self._about(line.group, text % values)

    def _step_values(self, line: StepLine) -> dict[str, Any]:
        return {
            "label": self.label(line.rule),
            "minutes": hours(line.minutes),
            "cut": hours(line.cut_minutes),
            "kept": hours(line.kept_minutes),
            "limit": hours(line.limit_minutes),
            "length": _length(line.length, line.measured_in),
            "least": _length(line.limit_minutes, line.measured_in),
            "share": self._share(line.share, line.base, line.base_minutes),
            "factor": written_share(line.share or ""),
            "entries": line.entry_count,
            "party": self._word(line.decided_by or ""),
        }

    def _share(self, share: str | None, base: str | None, minutes: int | None) -> str:
        """ "20% of the required 315 h"; empty for an amount that is no share."""
        if share is None or base is None:
            return ""
        of = {
            "required": gettext("%(share)s of the %(minutes)s that are asked for"),
            "planned": gettext("%(share)s of the planned %(minutes)s"),
            "programme": gettext("%(share)s of the programme's %(minutes)s"),
            "counted": gettext("%(share)s of the %(minutes)s that count"),
            "worked": gettext("%(share)s of the %(minutes)s that were worked"),
            "missed": gettext("%(share)s of the %(minutes)s that were missed"),
        }[base]
        return of % {"share": written_share(share), "minutes": hours(minutes)}

    def _about(self, group: Mapping[str, str], sentence: str) -> str:
        """The sentence with what it is about in front, such as a school year."""
        where = [text for name, value in group.items() if (text := self._group(name, value))]
        if not where:
            return sentence
        return gettext("%(about)s: %(sentence)s") % {"about": listed(where), "sentence": sentence}

    def _group(self, name: str, value: str) -> str:
        texts = {
            "day": lambda: _day(value),
            "week": lambda: gettext("Week of %(day)s") % {"day": _day(value)},
            "month": lambda: gettext("Month %(name)s") % {"name": value},
            "year": lambda: gettext("Year %(name)s") % {"name": value},
            "school_year": lambda: gettext("School year %(name)s") % {"name": value},
            "unit": lambda: gettext("Unit %(name)s") % {"name": self.names.get(value, value)},
            "activity": lambda: self.activity(value),
            "from": lambda: gettext("From %(day)s") % {"day": _day(value)},
            "to": lambda: gettext("until %(day)s") % {"day": _day(value)},
            "due": lambda: gettext("Due on %(day)s") % {"day": _day(value)},
            "not_before": lambda: gettext("Before %(day)s") % {"day": _day(value)},
            "not_after": lambda: gettext("After %(day)s") % {"day": _day(value)},
            "of": lambda: gettext("Whole cohort") if value == "cohort" else gettext("This student"),
        }
        if not value:
            return ""
        return texts[name]() if name in texts else self.names.get(value, value)

    def own_gap(self, line: RequirementLine) -> str:
        """An unmet lower bound as a student says it."""
        row = line.comparisons[0]
        values = {
            "label": self.label(line.rule),
            "gap": _quantity(row.missing, row.measure, row.missing_shown),
            "target": _quantity(row.target, row.measure, row.target_shown),
        }
        return gettext("%(label)s: you still need %(gap)s to reach %(target)s.") % values

    def place(self, row: Counted) -> str:
        """The workplace in people's words."""
        return self._name(row.placement) if row.placement in self.names else self._name(row.host)

    def activity(self, key: str) -> str:
        known = self.rule_set.activities.get(key)
        return word(known) if known else key

    # ── Requirements ─────────────────────────────────────────────────────────────────────────────────────────────────

    def requirement(self, line: RequirementLine) -> str:
        values = {"label": self.label(line.rule), "approver": self._name(line.approver), "reason": self._reason(line)}
        if line.state == "excepted":
            return gettext("%(label)s: waived by %(approver)s. Reason: %(reason)s.") % values
        told = " ".join(self._comparisons(line)) or self._plain(line) % values
        if line.state == "considered":
            accepted = gettext("Less was accepted by %(approver)s. Reason: %(reason)s.") % values
            return f"{told} {accepted}"
        return told

    def _name(self, key: str | None) -> str:
        return self.names.get(key or "", key or "")

    def _word(self, name: str) -> str:
        """One of the file's own words, as people say it."""
        return "".join(own_words(self.rule_set, name))

    def _reason(self, line: RequirementLine) -> str:
        listed = self.rule_set.consideration.reasons if self.rule_set.consideration else {}
        return word(listed[line.reason]) if line.reason in listed else (line.reason or "")

    def _plain(self, line: RequirementLine) -> str:
        """A requirement without numbers."""
        if line.type in ("any_of", "all_of"):
            one_of = line.type == "any_of"
            if line.met:
                return gettext("%(label)s: one of the ways is met.") if one_of else gettext("%(label)s: all is met.")
            return gettext("%(label)s: none of the ways is met.") if one_of else gettext("%(label)s: not all is met.")
        return gettext("%(label)s: this holds.") if line.met else gettext("%(label)s: this does not hold.")

    def _comparisons(self, line: RequirementLine) -> Iterator[str]:
        for row in line.comparisons:
            yield self._about(row.group, self._comparison(line, row))
        if line.type == "exclusive" and not line.met:
            yield gettext("Used: %(names)s.") % {"names": listed(self._groups(line))}
        if line.type == "hosts" and line.groups:
            names = listed(self._name(host) for host in line.groups if host)
            if names:
                yield gettext("Not so: %(names)s.") % {"names": names}

    def _groups(self, line: RequirementLine) -> list[str]:
        found = next(row for row in every_requirement(self.rule_set.requirements) if row.key == line.rule)
        assert isinstance(found, Exclusive)
        return [word(found.groups[int(number)].label) for number in line.groups]

    def _comparison(self, line: RequirementLine, row: Comparison) -> str:
        if row.met and row.bound == "at_most" and (row.target == 0 or line.type == "exclusive"):
            return gettext("%(label)s: this holds.") % {"label": self.label(line.rule)}
        share = self._share(row.share, row.base, row.base_minutes)
        values = {
            "label": self.label(line.rule),
            "value": _quantity(row.value, row.measure, row.value_shown),
            "target": _quantity(row.target, row.measure, row.target_shown),
            "gap": _quantity(row.missing or row.above, row.measure, row.missing_shown),
            "share": share,
        }
        return _bound_text(row, bool(share)) % values

    # ── What follows ─────────────────────────────────────────────────────────────────────────────────────────────────

    def breach(self, line: BreachLine) -> str:
        values = {
            "label": self.label(line.limit),
            "day": _day(line.day),
            "value": _quantity(line.value, line.measure),
            "limit": _quantity(line.limit_value, line.measure),
            "hosts": line.hosts,
        }
        return _BREACH_TEXTS[line.kind]() % values

    def award(self, line: AwardLine) -> str:
        values = {
            "label": self.label(line.award),
            "measure": measure_word(line.measure),
            "minutes": hours(line.minutes),
            "beyond": hours(line.beyond_minutes),
            "credit": credit(line.credit),
            "most": credit(line.credit_at_most or 0),
            "step": hours(line.step_minutes),
            "steps": line.steps,
            "limit": credit(line.limit_credit or 0),
            "now": hours(line.now_minutes) if line.type == "time" else credit(line.now_credit),
            "rule": self.label(line.limited_by or ""),
            "unmet": listed(self.label(key) for key in line.unmet),
        }
        return " ".join(text % values for text in _award_texts(line))

    def money(self, line: MoneyLine) -> str:
        values = {
            "label": self.label(line.money),
            "number": _quantity(line.number, {"day": "days", "week": "weeks", "hour": "full_hours"}[line.per]),
            "each": money(line.cents_each, line.currency),
            "sum": money(line.cents, line.currency),
            "total": hours(line.total_minutes),
            "least": hours(line.from_minutes),
        }
        if line.from_minutes is not None and line.total_minutes < line.from_minutes:
            return gettext("%(label)s: nothing is paid below %(least)s; it is %(total)s.") % values
        return gettext("%(label)s: %(number)s at %(each)s, together %(sum)s.") % values

    def report(self, line: ReportLine) -> str:
        values = {"label": self.label(line.report), "due": _day(line.due), "on": _day(line.on) if line.on else ""}
        text = {
            "done": gettext("%(label)s: due on %(due)s, done on %(on)s."),
            "late": gettext("%(label)s: due on %(due)s, done late on %(on)s."),
            "open": gettext("%(label)s: due on %(due)s."),
            "overdue": gettext("%(label)s: was due on %(due)s and is missing."),
        }[line.state]
        return text % values

    def gate(self, line: GateLine) -> str:
        values = {
            "label": self.label(line.gate),
            "unmet": listed(self.label(key) for key in line.unmet),
            "until": _day(line.pending_until) if line.pending_until else "",
        }
        text = {
            "open": gettext("%(label)s: open."),
            "pending": gettext("%(label)s: pending until %(until)s. Still missing: %(unmet)s."),
            "closed": gettext("%(label)s: not open. Still missing: %(unmet)s."),
        }[line.state]
        return text % values

    def whole(self, result: Result) -> str:
        values = {"missing": hours(result.missing_minutes)}
        if result.result == "not_applicable":
            if result.reason == "dates":
                return gettext("This wording of the rules does not hold for this cohort or these dates.")
            return gettext("These rules are not meant for this student.")
        if result.result == "met" and result.with_consideration:
            return gettext("All that stands before credit is met, with special consideration.")
        if result.result == "met":
            return gettext("All that stands before credit is met.")
        if result.missing_minutes:
            return gettext("Not met yet: %(missing)s are missing.") % values
        return gettext("Not met yet. The lines say what is missing.")


# ── Words of the kinds of lines ──────────────────────────────────────────────────────────────────────────────────────


def _limit_text(line: StepLine) -> str:
    if line.share and line.cut_minutes:
        return gettext("%(label)s: at most %(limit)s count (%(share)s). It is %(minutes)s, so %(cut)s do not count.")
    if line.share:
        return gettext("%(label)s: at most %(limit)s may count (%(share)s). It is %(minutes)s.")
    if line.cut_minutes:
        return gettext("%(label)s: at most %(limit)s count. It is %(minutes)s, so %(cut)s do not count.")
    return gettext("%(label)s: at most %(limit)s may count. It is %(minutes)s.")


def _threshold_text(line: StepLine) -> str:
    if line.share and line.cut_minutes:
        return gettext("%(label)s: at least %(limit)s are needed (%(share)s). It is %(minutes)s, so it does not count.")
    if line.share:
        return gettext("%(label)s: at least %(limit)s are needed (%(share)s). It is %(minutes)s, so it counts.")
    if line.cut_minutes:
        return gettext("%(label)s: at least %(limit)s are needed. It is %(minutes)s, so it does not count.")
    return gettext("%(label)s: at least %(limit)s are needed. It is %(minutes)s, so it counts.")


def _exclude_text(line: StepLine) -> str:
    return ngettext(
        "%(label)s: %(cut)s on %(entries)s day does not count.",
        "%(label)s: %(cut)s on %(entries)s days does not count.",
        line.entry_count,
    )


_STEP_TEXTS: dict[str, Callable[[StepLine], str]] = {
    "not_confirmed": lambda line: ngettext(
        "Logged, but the workplace has not confirmed it yet: %(minutes)s on %(entries)s day.",
        "Logged, but the workplace has not confirmed it yet: %(minutes)s on %(entries)s days.",
        line.entry_count,
    ),
    "hours_differ": lambda line: ngettext(
        "Student and workplace say different hours on %(entries)s day. Only what both agree on counts; %(cut)s of "
        "%(minutes)s does not.",
        "Student and workplace say different hours on %(entries)s days. Only what both agree on counts; %(cut)s of "
        "%(minutes)s does not.",
        line.entry_count,
    ),
    "exclude": _exclude_text,
    "unknown_activity": _exclude_text,
    "same_time": _exclude_text,
    "outside_dates": _exclude_text,
    "after_end": _exclude_text,
    "no_agreement": _exclude_text,
    "in_sum": _exclude_text,
    "no_word": lambda line: gettext("%(label)s: %(cut)s does not count."),
    "no_talk": lambda line: gettext("%(label)s: %(cut)s does not count."),
    "cap": _limit_text,
    "threshold": _threshold_text,
    "weight": lambda line: gettext("%(label)s counts for %(factor)s: of %(minutes)s count %(kept)s."),
    "round_down": lambda line: gettext(
        "%(label)s: only full steps of %(limit)s count; %(cut)s of %(minutes)s are over."
    ),
    "short_stretch": lambda line: gettext(
        "%(label)s: this stretch is %(length)s long and %(least)s are needed, so %(cut)s do not count."
    ),
}


def _bound_text(row: Comparison, shared: bool) -> str:
    """Lower bounds say what is missing, upper ones what is too much."""
    if row.bound == "at_least":
        if shared:
            return (
                gettext("%(label)s: %(value)s, at least %(target)s (%(share)s) are asked for.")
                if row.met
                else gettext("%(label)s: %(value)s, at least %(target)s (%(share)s) are asked for. Missing: %(gap)s.")
            )
        return (
            gettext("%(label)s: %(value)s, at least %(target)s are asked for.")
            if row.met
            else gettext("%(label)s: %(value)s, at least %(target)s are asked for. Missing: %(gap)s.")
        )
    if row.bound == "more_than":
        return (
            gettext("%(label)s: %(value)s, more than %(target)s are asked for.")
            if row.met
            else gettext("%(label)s: %(value)s, more than %(target)s are asked for. Missing: %(gap)s.")
        )
    if row.bound == "less_than":
        return (
            gettext("%(label)s: %(value)s, it must be less than %(target)s.")
            if row.met
            else gettext("%(label)s: %(value)s, it must be less than %(target)s. Too much: %(gap)s.")
        )
    return (
        gettext("%(label)s: %(value)s, at most %(target)s are allowed.")
        if row.met
        else gettext("%(label)s: %(value)s, at most %(target)s are allowed. Too much: %(gap)s.")
    )


_BREACH_TEXTS: dict[str, Callable[[], str]] = {
    "day": lambda: gettext("%(label)s. On %(day)s: %(value)s of work, at most %(limit)s are allowed."),
    "week": lambda: gettext("%(label)s. Week of %(day)s: %(value)s of work, at most %(limit)s are allowed."),
    "night": lambda: gettext("%(label)s. On %(day)s: %(value)s of work at night, %(limit)s are allowed."),
    "break": lambda: gettext("%(label)s. On %(day)s: a break of %(value)s, at least %(limit)s are needed."),
    "rest_between_days": lambda: gettext(
        "%(label)s. Before %(day)s: %(value)s free between two days of work, at least %(limit)s are needed."
    ),
    "rest_days": lambda: gettext("%(label)s. Week of %(day)s: %(value)s free, at least %(limit)s are needed."),
}


def _award_texts(line: AwardLine) -> Iterator[str]:
    if line.unmet:
        yield gettext("%(label)s: not given yet. First: %(unmet)s.")
        return
    if line.type == "time":
        yield gettext("%(label)s: %(minutes)s.")
    elif line.credit_at_most is not None:
        yield gettext("%(label)s: %(minutes)s give %(credit)s to %(most)s (%(measure)s).")
    elif line.steps is not None and line.weekly_minutes is None:
        yield gettext("%(label)s: %(steps)s × %(step)s give %(credit)s (%(measure)s).")
    else:
        yield gettext("%(label)s: %(credit)s (%(measure)s).")
    if line.limited_by:
        yield gettext("“%(rule)s” allows %(limit)s.")
    if line.beyond_minutes and line.type != "whole":
        yield gettext("%(beyond)s more are recorded and not credited.")
    if line.before_minutes or line.before_credit:
        yield gettext("New: %(now)s.")


def _day(text: str) -> str:
    return day_year(date.fromisoformat(text))


def _length(value: int | None, measure: str | None) -> str:
    return "" if value is None or measure is None else _quantity(value, measure)


def _quantity(value: int, measure: str, shown: Shown | None = None) -> str:
    """A number with its word: "3 days"; minutes as hours, or in the measure that people think in."""
    if shown and (shown.count or not shown.minutes):
        whole = counted(shown.count, shown.measure)
        if not shown.minutes:
            return whole
        return gettext("%(whole)s and %(rest)s") % {"whole": whole, "rest": hours(shown.minutes)}
    if shown or measure == "minutes":
        return hours(value)
    return counted(value, measure)


def missing(result: Result, rule_set: RuleSet, names: Mapping[str, str], *, own: bool) -> list[str]:
    """What stands between this student and credit, the student's own part first; `own` when the student reads it."""
    teller = Teller(rule_set, names)
    lines = [
        teller.own_gap(row)
        if own and len(row.comparisons) == 1 and row.comparisons[0].missing
        else teller.requirement(row)
        for row in result.requirements
        if not row.met
    ]
    lines += [teller.step(row) for row in result.steps if row.cut_minutes and row.type != "cap"]
    if result.proposed_minutes:
        decision = gettext("Your teacher's decision on %(minutes)s.") if own else gettext("A decision on %(minutes)s.")
        lines.append(decision % {"minutes": hours(result.proposed_minutes)})
    return lines


def own_words(rule_set: RuleSet | None, *names: str) -> list[str]:
    """A rule set's own words for kinds, parties and results, as people say them; empty ones are left out."""
    words = rule_set.words if rule_set else {}
    return [word(words[name]) if name in words else known_word(name) for name in names if name]


def label_of(rule_set: RuleSet, key: str) -> str:
    """What a rule of a rule set is called."""
    return Teller(rule_set).label(key)


# ── The whole answer ─────────────────────────────────────────────────────────────────────────────────────────────────


def told(result: Result, rule_set: RuleSet, names: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The result as JSON values, with a `sentence` and each line with its `label` and `sentence`."""
    teller = Teller(rule_set, names or {})
    data = result.as_data()
    data["sentence"] = teller.whole(result)
    data["counted"] = [
        {**asdict(row), "place": teller.place(row), "label": teller.activity(row.activity)} for row in result.counted
    ]
    data["steps"] = [_told(teller, row, row.rule, teller.step(row)) for row in result.steps]
    data["requirements"] = [_requirement(teller, row) for row in result.requirements]
    data["working_time"] = [_told(teller, row, row.limit, teller.breach(row)) for row in result.working_time]
    data["awards"] = [
        {**_told(teller, row, row.award, teller.award(row)), "credit_shown": credit(row.credit)}
        for row in result.awards
    ]
    data["money"] = [_told(teller, row, row.money, teller.money(row)) for row in result.money]
    data["reports"] = [_told(teller, row, row.report, teller.report(row)) for row in result.reports]
    data["gates"] = [_told(teller, row, row.gate, teller.gate(row)) for row in result.gates]
    return data


def _told(teller: Teller, row: Any, key: str, sentence: str) -> dict[str, Any]:
    return {**asdict(row), "label": teller.label(key), "sentence": sentence}


def _requirement(teller: Teller, row: RequirementLine) -> dict[str, Any]:
    return {
        **_told(teller, row, row.rule, teller.requirement(row)),
        "of": [_requirement(teller, one) for one in row.of],
    }
