"""Rule sets that are valid, and evidence that speaks of what a rule set asks about, for Hypothesis."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.credits.rules.builders import evidence, rule, rule_set, words

ACTIVITIES = ["placement", "taster", "team_project", "class"]
UNITS = ["U1", "U2"]
KINDS = ["agreement", "visit", "log"]
PARTIES = ["host", "student", "school"]
FIRST, LAST = date(2025, 6, 1), date(2026, 11, 30)
LETTERS = "abcdefghijklmnopqrstuvwxyz"

some_day = st.dates(FIRST, LAST).map(date.isoformat)
small = st.integers(0, 12)


def optional(**fields: st.SearchStrategy) -> st.SearchStrategy[dict]:
    return st.fixed_dictionaries({}, optional=fields)


def few(values: Any, least: int = 1) -> st.SearchStrategy[list]:
    return st.lists(st.sampled_from(values), min_size=least, max_size=2, unique=True)


# ── Parts of rule sets ───────────────────────────────────────────────────────────────────────────────────────────────

lengths = st.one_of(
    st.builds(lambda some: {"minutes": some}, st.integers(0, 2000)),
    st.builds(lambda some: {"hours": some}, st.integers(0, 40)),
    st.builds(lambda some: {"days": some, "minutes": some}, st.integers(0, 5)),
    st.builds(lambda some: {"weeks": some}, st.integers(0, 2)),
)
shares = st.sampled_from(["20%", "1/3", "12.5%", "3/4", "100%", "150%"])
bases = ["planned", "programme", "counted", "worked", "missed"]
amounts = st.one_of(
    lengths,
    st.just({"fact": "required_minutes"}),
    st.builds(lambda share, of: {"share": share, "of": of}, shares, st.sampled_from(bases)),
    st.builds(
        lambda then, other: {"cases": [{"when": {"facts": {"route": ["x"]}}, "then": then}], "otherwise": other},
        lengths,
        lengths,
    ),
)
step_amounts = st.one_of(amounts, st.builds(lambda share: {"share": share, "of": "required"}, shares))
matches = st.builds(
    lambda kind, more: {"kind": kind, **more},
    st.sampled_from(KINDS),
    optional(
        by=few(PARTIES),
        signed_by=few(PARTIES),
        minors_signed_by=st.just(["guardian"]),
        same=few(["host", "placement", "unit", "period"]),
        within=st.builds(
            lambda of, days: {"of": of, "from_days": -days, "to_days": days},
            st.sampled_from(["start", "end", "today", "cohort_start"]),
            small,
        ),
    ),
)
whens = optional(
    facts=st.just({"route": ["x"]}),
    facts_at_least=st.just({"year": 2}),
    age_at_start=st.just({"below": 18}),
    record=matches,
)
wheres = optional(
    activities=few(ACTIVITIES),
    settings=few(["company", "workshop"]),
    remote=st.booleans(),
    paid=st.booleans(),
    units=few(UNITS),
    host=st.just({"recognised": True}),
    dates=st.just({"from": "2025-09-01", "to": "2026-08-31"}),
    age=st.just({"from": 16, "below": 18}),
    weekdays=st.just(["monday", "friday"]),
    periods=st.just(["term"]),
    last_years=st.integers(0, 2),
    after_record=matches,
    when=whens,
)
dimensions = ["day", "week", "month", "year", "school_year", "host", "placement", "unit", "activity", "period"]
places = ["host", "placement", "unit", "period"]
day_rules = st.one_of(
    st.builds(lambda day: {"date": day}, some_day),
    st.builds(
        lambda anchor, more: {"anchor": anchor, **more},
        st.sampled_from(["start", "end", "cohort_end", "today"]),
        optional(
            days=st.integers(-9, 9),
            working_days=st.integers(-9, 9),
            months=st.integers(-2, 2),
            next_weekday=st.just("monday"),
            next_month_day=st.just("02-29"),
        ),
    ),
)
measures = st.sampled_from(["calendar_days", "worked_days", "weeks", "minutes"])


def kind(type: str, more: st.SearchStrategy[dict] = st.just({}), **fields: st.SearchStrategy) -> st.SearchStrategy:
    """A rule without its key: fields that it must have, and others that it may have."""
    return st.builds(lambda one, other: {"type": type, **one, **other}, st.fixed_dictionaries(fields), more)


step_more = {"where": wheres, "when": whens, "decided_by": st.just("coordinator")}
each_step = optional(each=few(dimensions), **step_more)
any_step = st.one_of(
    kind("confirmed", optional(**step_more)),
    kind("exclude", optional(**step_more), where=wheres.filter(bool)),
    kind("cap", each_step, at_most=step_amounts),
    kind("threshold", each_step, at_least=step_amounts),
    kind("weight", optional(**step_more), factor=st.sampled_from(["50%", "1/3", "0%", "100%"])),
    kind("round_down", each_step, step=lengths),
    kind(
        "short_stretch",
        optional(each=few(places), **step_more),
        gap_days=small,
        measured_in=measures,
        at_least=st.integers(0, 300),
    ),
)


def bounded(low: str, high: str, values: st.SearchStrategy) -> st.SearchStrategy[dict]:
    return optional(**{low: values, high: values}).filter(bool)


asked = {"when": whens, "strength": st.sampled_from(["must", "should"])}


def with_bounds(type: str, low: str, high: str, values: st.SearchStrategy, **fields) -> st.SearchStrategy:
    more = optional(where=wheres, **asked)
    each = optional(each=few(dimensions))
    return st.builds(
        lambda one, two, three, four: {**one, **two, **three, **four},
        kind(type, **fields), bounded(low, high, values), more, each,
    )  # fmt: skip


plain_requirement = st.one_of(
    with_bounds("time", "at_least", "at_most", amounts, shown_in=st.sampled_from(["hours", "days", "weeks", "months"])),
    with_bounds("time", "more_than", "less_than", amounts),
    with_bounds("number", "at_least", "at_most", st.integers(1, 5), of=st.sampled_from(
        ["days", "weeks", "months", "hosts", "sectors", "sizes", "countries", "settings", "activities", "units",
         "periods"])),
    with_bounds("weekly_average", "at_least", "at_most", amounts, over=st.sampled_from(
        ["weeks_with_work", "all_weeks", "days"])),
    with_bounds("weekly_average", "at_least", "at_most", amounts, over=st.just("all_weeks"),
                window_weeks=st.integers(1, 4)),
    with_bounds("calendar_time", "at_least", "at_most", st.builds(
        lambda weeks, months: {"weeks": weeks, "months": months}, small, small)),
    kind("stretches", optional(every=st.just(True), each=few(places), length_at_most=st.integers(1, 90), **asked),
         gap_days=small, measured_in=measures, length_at_least=st.integers(1, 60), at_least=st.integers(1, 3)),
    kind("cohort_average", optional(own_at_least=lengths, **asked), at_least=amounts),
    kind("records", optional(at_least=st.integers(1, 3), each=few([*places, "school_year"]), due=day_rules,
         unless_host=st.just({"checked": True}), where=wheres, every=lengths, **asked), match=matches),
    kind("outcomes", optional(share=shares.filter(lambda share: share != "150%"), sources_at_least=st.integers(0, 2),
         units=few(UNITS), **asked)),
    kind("condition", optional(**asked), holds=whens),
    kind("hosts", optional(where=wheres, **asked), are=st.just({"recognised": True})),
    kind("exclusive", optional(**asked), groups=st.just(
        [{"label": words("Tasters"), "where": {"activities": ["taster"]}},
         {"label": words("Projects"), "where": {"activities": ["team_project"]}}])),
    kind("dates", optional(where=wheres, **asked), not_before=day_rules, not_after=day_rules),
    kind("working_time", optional(**asked)),
)  # fmt: skip
limits = kind(
    "limit",
    optional(
        ages=st.just({"below": 18}),
        per_day=lengths,
        per_week=lengths,
        night=st.just({"from": "22:00", "to": "06:00"}),
        pause=st.just({"after": {"hours": 4}, "at_least": {"minutes": 30}}),
        rest_between_days=st.just({"hours": 12}),
        rest_days_per_week=st.integers(0, 3),
        rest_days_together=st.booleans(),
    ),
)
credits = st.sampled_from(["0.5", "1", "2", "0.125"])
long = st.builds(lambda some: {"minutes": some}, st.integers(30, 2000))
award_more = {"where": wheres, "when": whens, "unit": st.sampled_from(UNITS)}
any_award = st.one_of(
    kind("time", optional(at_most=step_amounts, **award_more), measure=st.just("hours")),
    kind("whole", optional(uses=lengths, **award_more), measure=st.just("unit"), give=credits),
    kind("steps", optional(at_most=credits, per_week=st.just("all_weeks"), each=few(["school_year", "unit", "period"]),
         **award_more), measure=st.just("credit"), step=long, give=credits),
    kind("bands", optional(**award_more), measure=st.just("point"), bands=st.lists(
        st.builds(lambda least, give: {"at_least": least, "give": give}, lengths, credits), min_size=1, max_size=3)),
    kind("rate", optional(per_at_most=long, decimals=st.integers(0, 3), **award_more), measure=st.just("credit"),
         per=long),
)  # fmt: skip
monies = kind(
    "money",
    optional(where=wheres, day_at_least=lengths, from_total=amounts, cents_at_most=st.integers(0, 9999)),
    cents=st.integers(0, 5000), per=st.sampled_from(["day", "hour", "week"]),
)  # fmt: skip
some_reports = st.one_of(
    kind("report", match=matches, due=day_rules),
    kind("report", match=matches, due=st.just({"next_weekday": "monday"}), every_days=st.integers(7, 60)),
)
FACTS = {name: {"label": words(name)} for name in ("route", "year", "required_minutes")}


def named(prefix: str, rules: list[dict]) -> list[dict]:
    return [rule(prefix + LETTERS[number], **one) for number, one in enumerate(rules)]


def untyped(prefix: str, rules: list[dict], **more) -> list[dict]:
    return [{**{name: value for name, value in one.items() if name != "type"}, **more} for one in named(prefix, rules)]


@st.composite
def rule_sets(draw) -> dict:
    """A rule set that is read without a complaint."""

    def some(strategy: st.SearchStrategy, most: int) -> list[dict]:
        return draw(st.lists(strategy, max_size=most))

    requirements = named("r", some(plain_requirement, 3))
    inner = named("c", some(plain_requirement, 2))
    if inner:
        requirements.append(rule("choice", draw(st.sampled_from(["any_of", "all_of"])), of=inner))
    needed = optional(needs=few([one["key"] for one in requirements])) if requirements else st.just({})
    awards = [{**one, **draw(needed)} for one in named("a", some(any_award, 3))]
    capped = [rule("most", awards=[one["key"] for one in awards], at_most=draw(credits))] if awards else []
    return rule_set(
        facts=FACTS,
        steps=named("s", some(any_step, 4)),
        requirements=requirements,
        working_time=untyped("w", some(limits, 2)),
        awards=awards,
        award_limits=capped if draw(st.booleans()) else [],
        money=untyped("m", some(monies, 2), currency="EUR"),
        reports=untyped("p", some(some_reports, 1)),
        gates=[rule("gate", **draw(needed), **draw(optional(pending_until=day_rules)))],
    )


# ── Evidence ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def said(value: Any, *names: str) -> list:
    """All values that stand under these names anywhere in a rule set, each once, in a fixed order."""
    found = [one for part in _under(value, names) for one in (part if isinstance(part, list) else [part])]
    return sorted({one for one in found if isinstance(one, str)})


def _under(value: Any, names: tuple[str, ...]) -> Iterator[Any]:
    if isinstance(value, dict):
        for name, one in value.items():
            if name in names:
                yield one
            yield from _under(one, names)
    elif isinstance(value, list):
        for one in value:
            yield from _under(one, names)


@st.composite
def works(draw, rules: dict, number: int) -> dict:
    tags, units = said(rules, "tags") or ["new"], sorted({*said(rules, "units"), *UNITS})
    row = {
        "id": f"w{number}",
        **draw(
            optional(
                activity=st.sampled_from([*sorted(rules["activities"]), "gardening"]),
                setting=st.sampled_from(["company", "workshop", "centre", "school"]),
                realism=st.just("simulated"),
                remote=st.just(True),
                paid=st.just(True),
                make_up=st.just(True),
                host=st.sampled_from(["a", "b"]),
                placement=st.sampled_from(["p", "q"]),
                unit=st.sampled_from(units),
                tags=few(tags),
                confirmed_minutes=st.one_of(st.none(), st.integers(0, 600)),
            )
        ),
    }
    day = draw(st.dates(FIRST, LAST))
    match draw(st.sampled_from(["day", "day", "stretch", "sum", "split"])):
        case "stretch":
            begins = datetime.combine(day, time(draw(st.integers(0, 23)), draw(st.sampled_from([0, 15, 30]))))
            ends = begins + timedelta(minutes=draw(st.integers(180, 600)))
            return {**row, "from": begins.isoformat()[:16], "to": ends.isoformat()[:16], "break_minutes": 30}
        case "sum":
            last = day + timedelta(days=draw(st.integers(1, 40)))
            return {**row, "day": day.isoformat(), "last_day": last.isoformat(), "days": draw(st.integers(1, 2)),
                    "minutes": draw(st.integers(0, 3000))}  # fmt: skip
        case "split":
            parts = draw(st.lists(st.integers(0, 200), min_size=1, max_size=2))
            split = [{"unit": unit, "minutes": some} for unit, some in zip(units, parts, strict=False)]
            return {**row, "day": day.isoformat(), "minutes": sum(parts) + draw(st.integers(0, 60)), "units": split}
    return {**row, "day": day.isoformat(), "minutes": draw(st.integers(0, 900))}


@st.composite
def records(draw, rules: dict) -> dict:
    parties = sorted({*said(rules, "by", "signed_by", "minors_signed_by"), *PARTIES})
    moments = st.one_of(some_day, some_day.map(lambda day: f"{day}T09:30:00+01:00"))
    return {
        "kind": draw(st.sampled_from(said([*_under(rules, ("match", "record", "after_record", "during_record"))], "kind") or KINDS)),  # noqa: E501
        "on": draw(moments),
        "signatures": [{"by": party, "at": draw(moments)} for party in draw(st.lists(st.sampled_from(parties), max_size=4, unique=True))],  # noqa: E501
        **draw(
            optional(
                by=st.sampled_from(parties),
                result=st.sampled_from(said(rules, "results") or ["passed"]),
                score=st.integers(0, 100),
                host=st.sampled_from(["a", "b"]),
                placement=st.sampled_from(["p", "q"]),
                unit=st.sampled_from(UNITS),
                period=st.just("spring"),
                **{"from": some_day},
            )
        ),
    }  # fmt: skip


@st.composite
def facts(draw, rules: dict) -> dict:
    """Each fact with a value that the file lists or asks for; those that are amounts are always there."""
    counted, found = said(rules, "fact"), {}
    for name, field in sorted(rules.get("facts", {}).items()):
        wanted = [
            one for part in _under(rules, ("facts",)) for one in part.get(name, []) if isinstance(part.get(name), list)
        ]
        values = field.get("values") or [*wanted, 1, 2, 600]
        if name in counted:
            found[name] = draw(st.sampled_from([one for one in values if type(one) is int]))
        elif draw(st.booleans()):
            found[name] = draw(st.sampled_from(values))
    return found


@st.composite
def evidence_for(draw, rules: dict) -> dict:
    """Evidence in the words of a rule set: its activities, facts, kinds of records, parties, sectors and sizes."""
    count = draw(st.integers(0, 7))
    sector, size = (said(rules, name) or ["x"] for name in ("sectors", "sizes"))
    hosts = [
        {"id": id, "recognised": draw(st.booleans()), "checked": draw(st.booleans()), "learners": 2, "supervisors": 1,
         "sector": draw(st.sampled_from(sector)), "size": draw(st.sampled_from(size)), "country": "FR"}
        for id in ("a", "b")
    ]  # fmt: skip
    kinds = said(rules, "periods") or ["term"]
    periods = [
        {"key": "autumn", "kind": draw(st.sampled_from(kinds)), "from": "2025-09-01", "to": "2025-12-20"},
        {"key": "spring", "kind": draw(st.sampled_from(kinds)), "from": "2026-01-05", "to": "2026-07-10"},
    ]
    absence = st.fixed_dictionaries(
        {"day": some_day, "minutes": st.integers(0, 480), "cause": st.sampled_from([*said(rules, "causes"), "ill"])},
        optional={"host": st.sampled_from(["a", "b"]), "placement": st.sampled_from(["p", "q"])},
    )
    planned = st.fixed_dictionaries(
        {"minutes": st.integers(0, 5000)}, optional={"placement": st.sampled_from(["p", "q"])}
    )
    shown = st.lists(st.sampled_from(PARTIES), max_size=3)
    return evidence(
        today=draw(some_day),
        programme_minutes=draw(st.integers(0, 90000)),
        birth_date=draw(st.sampled_from([None, "2000-02-29", "2008-02-29", "2009-10-01", "2011-01-01"])),
        cohort_start=draw(st.sampled_from([None, "2025-09-01"])),
        cohort_end=draw(st.sampled_from([None, "2026-07-10"])),
        facts=draw(facts(rules)),
        work=[draw(works(rules, number)) for number in range(count)],
        hosts=hosts,
        periods=periods,
        absences=draw(st.lists(absence, max_size=3)),
        planned=draw(st.lists(planned, max_size=2)),
        records=[draw(records(rules)) for _number in range(draw(st.integers(0, 4)))],
        outcomes=[{"key": key, "unit": draw(st.sampled_from(UNITS)), "shown_to": draw(shown)} for key in LETTERS[:2]],
        cohort_minutes=draw(st.one_of(st.none(), st.lists(st.integers(0, 9000), max_size=3))),
    )  # fmt: skip


@st.composite
def cases(draw) -> tuple[dict, dict]:
    """A rule set and evidence for it."""
    rules = draw(rule_sets())
    return rules, draw(evidence_for(rules))
