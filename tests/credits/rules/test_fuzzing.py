"""Whatever stands in the files: a decision, or a refusal that names a path; never another error, never a hang."""

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from credits.rules import reading as evidence_reading
from credits.rules.case import MissingFact, case_of
from credits.rules.evaluate import evaluate
from credits.rules.reading import read_evidence
from credits.sentences import told
from schools.rule_sets import reading as rules_reading
from schools.rule_sets.reading import Unreadable, read_rule_set
from tests.credits.rules.builders import days, evidence, rule, rule_set, stretch, words, work
from tests.credits.rules.strategies import FACTS, cases, matches, wheres

HANG = 4000  # milliseconds for one example on a slow machine; an answer takes a few
many = settings(max_examples=120, deadline=HANG, suppress_health_check=list(HealthCheck))
unshrunk = settings(many, max_examples=8, phases=[Phase.explicit, Phase.reuse, Phase.generate])

RULES = rule_set(
    facts=FACTS,
    valid_from="2020-01-01",
    steps=[
        rule("both", "confirmed"),
        rule("early", "exclude", where={"none": [{"after_record": {"kind": "agreement", "same": ["placement"]}}]}),
        rule("cap", "cap", where={"remote": True}, at_most={"share": "20%", "of": "required"}, each=["host"]),
        rule("least", "threshold", at_least={"share": "3/4", "of": "planned"}, each=["placement"]),
        rule("half", "weight", factor="1/2", decided_by="coordinator"),
        rule("whole", "round_down", step={"minutes": 15}, each=["week"]),
        rule("short", "short_stretch", gap_days=2, measured_in="weeks", at_least=1),
    ],
    requirements=[
        rule("hours", "time", at_least={"hours": 2}, at_most={"share": "35%", "of": "programme"}, shown_in="days"),
        rule("year", "time", at_least={"fact": "required_minutes"}, each=["school_year"]),
        rule("number", "number", of="sizes", at_least=1, with_at_least={"minutes": 5}),
        rule("week", "weekly_average", over="days", window_weeks=2, at_most={"hours": 40}),
        rule("calendar", "calendar_time", at_least={"months": 1}),
        rule("stretches", "stretches", gap_days=2, measured_in="minutes", length_at_least=9, every=True),
        rule("mean", "cohort_average", at_least={"hours": 1}, own_at_least={"minutes": 1}),
        rule("visit", "records", match={"kind": "visit", "signed_by": ["host"], "in_order": True,
             "within": {"of": "start", "from_days": 0, "to_days": 14}}, every={"hours": 55},
             due={"anchor": "end", "working_days": 5, "next_month_day": "10-31"}, unless_host={"checked": True}),
        rule("either", "any_of", of=[rule("shown", "outcomes", share="50%"), rule("holds", "condition", holds={
            "any": [{"facts": {"route": ["x"]}}, {"age_at_start": {"below": 18}}]})]),
        rule("hosts", "hosts", are={"recognised": True, "learners_per_supervisor_at_most": 3}),
        rule("one", "exclusive", groups=[{"label": words("a"), "where": {"remote": True}},
                                         {"label": words("b"), "where": {"last_years": 3}}]),
        rule("dates", "dates", not_before={"anchor": "cohort_start"}, not_after={"date": "2026-12-31"}),
        rule("young", "working_time"),
    ],
    working_time=[rule("limit", ages={"below": 18}, per_day={"hours": 8}, per_week={"hours": 40}, rest_days_per_week=2,
                       rest_between_days={"hours": 12}, night={"from": "22:00", "to": "06:00"},
                       pause={"after": {"hours": 4}, "at_least": {"minutes": 30}}, rest_days_with=["sunday"])],
    awards=[
        rule("time", "time", measure="hours", at_most={"hours": 1}),
        rule("unit", "whole", measure="unit", give="1", uses={"hours": 1}, needs=["hours"], after=["time"]),
        rule("steps", "steps", measure="unit", step={"minutes": 10}, give="0.5", at_most="4", each=["school_year"]),
        rule("bands", "bands", measure="point", bands=[{"at_least": {"hours": 1}, "give": "2"}]),
        rule("rate", "rate", measure="credit", per={"hours": 25}, per_at_most={"hours": 30}, decimals=2),
    ],
    award_limits=[rule("most", awards=["unit", "steps"], at_most="6", each=["school_year"])],
    money=[rule("money", currency="EUR", cents=100, day_at_least={"hours": 1}, from_total={"hours": 1})],
    reports=[rule("log", match={"kind": "log"}, due={"next_weekday": "monday"}, every_days=14)],
    gates=[rule("gate", needs=["hours"], pending_until={"anchor": "cohort_end", "next_month_day": "10-31"})],
    consideration={"rules": ["hours"], "reasons": {"loss": words("Loss")}, "not_below": {"hours": 1}},
)  # fmt: skip
SAID = evidence(
    birth_date="2009-02-28",
    cohort_start="2025-09-01",
    cohort_end="2026-07-10",
    programme_minutes=9000,
    facts={"required_minutes": 60, "route": "x", "year": [1, 2]},
    work=[
        *days(3, 120, host="a", placement="p"),
        stretch("n", "2026-03-28T22:00", "2026-03-29T06:00", break_minutes=30, zone="Europe/Paris", host="b"),
        work("u", 90, "2026-02-02", units=[{"unit": "U1", "minutes": 60}], confirmed_minutes=45, remote=True),
        work("s", 900, "2026-04-06", last_day="2026-04-10", days=4, tags=["new"], make_up=True),
    ],
    planned=[{"minutes": 100, "placement": "p"}],
    absences=[{"day": "2026-01-09", "minutes": 60, "cause": "ill"}],
    hosts=[{"id": "a", "recognised": True, "size": "small", "learners": 3, "supervisors": 1}, {"id": "b"}],
    periods=[{"key": "spring", "kind": "term", "from": "2026-01-01", "to": "2026-06-30"}],
    records=[
        {"kind": "agreement", "on": "2026-01-01", "placement": "p", "from": "2026-01-01", "to": "2026-12-31"},
        {"kind": "visit", "on": "2026-01-06T09:00:00+01:00", "signatures": [{"by": "host", "at": "2026-01-07"}]},
    ],
    outcomes=[{"key": "one", "unit": "U1", "shown_to": ["t"]}],
    credited=[{"award": "time", "minutes": 10, "credit": "0", "on": "2026-01-31"}],
    exceptions=[{"rule": "year", "approver": "h", "reason": "r", "expires_on": "2026-12-31", "at_least": {"hours": 1}}],
    considerations=[{"rule": "hours", "at_least": {"hours": 1}, "reason": "loss", "approver": "h"}],
    cohort_minutes=[60, 120],
)


def answer(rules: bytes | str, said: bytes | str) -> dict | None:
    """The decision, or nothing where the files are refused with at least one line."""
    try:
        found = read_rule_set(rules)
        decision = told(evaluate(case_of(found, read_evidence(said, found))), found)
    except (Unreadable, MissingFact) as refusal:
        lines = [one.text for one in refusal.problems] if isinstance(refusal, Unreadable) else [refusal.name]
        if lines and all(lines):
            return None
        raise
    json.dumps(decision)
    return decision


def test_the_files_that_are_changed_below_are_right():
    assert answer(json.dumps(RULES), json.dumps(SAID)) is not None


# ── Values ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def nested(depth: int) -> Any:
    found: Any = {}
    for _step in range(depth):
        found = {"all": [found]}
    return found


ODD = [
    None, True, False, 0, 1, -1, 2**31, 10**7, 10**7 + 1, 10**30, 1.0, 1.5, 1e308, "", " ", "x", "\x00", "a\x00b",
    "\ud800", "\u202e", "0", "1", "-1", "1e5", "20%", "101%", "9999%", "1/3", "9999/1", "1/0", "0.0001", "999999.999",
    "1900-01-01", "2200-12-31", "1899-12-31", "2201-01-01", "2024-02-29", "2023-02-29", "0001-01-01", "9999-12-31",
    "2026-01-05T08:00", "2026-10-25T02:30", "2026-03-29T02:30", "2026-10-25T02:30+01:00", "9999-12-31T23:59",
    "0001-01-01T00:00", "2026-01-05T08:00:00+00:00", "0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00",
    "2026-01-05T08:00:00.5Z", "02-29", "02-30", "02-31", "23:59", "24:00", "0٢:00", "٢٠%", "٢٠٢٦-٠١-٠٥", "Europe/Paris",
    "Europe", "Mars", "UTC", "posixrules", "../etc/passwd", "hours", "year", "time", "both", "nobody", "placement", "a",
    "time ", "TIME", [], [None], [[]], [1], ["x"], ["x", "x"], {}, {"x": 1}, {"hours": 1}, {"hours": 10**7},
    {"weeks": 10**7}, {"share": "20%", "of": "required"}, {"share": "9999%", "of": "counted"}, {"fact": "route"},
    {"fact": "required_minutes"}, {"share": "1/3", "of": "missed", "causes": ["ill"]}, {"from": "2026-01-01"},
    {"from": None, "to": None}, {"months": 1200, "years": 100, "weeks": 5000, "days": 36500}, {"days": -36500},
    {"anchor": "end", "months": -600, "days": -36500, "working_days": -2000}, {"anchor": "cohort_end", "months": 600},
    {"cases": [{"when": {}, "then": {"hours": 1}}]}, nested(30), nested(150), [{"id": "a"}] * 3,
]  # fmt: skip


def paths(value: Any, path: tuple = ()) -> list[tuple]:
    found = [path]
    if isinstance(value, dict):
        for name, one in value.items():
            found += paths(one, (*path, name))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            found += paths(one, (*path, number))
    return found


@st.composite
def changed(draw, document: dict, changes: int = 3) -> Any:
    """A right document with something else at some places: replaced, left out, added, doubled or moved."""
    found: Any = {"": copy.deepcopy(document)}
    other = st.one_of(st.sampled_from(ODD), matches, wheres, st.integers(), st.text(max_size=5))
    for _number in range(draw(st.integers(1, changes))):
        places = paths(found)[1:]
        if not places:
            break
        path = draw(st.sampled_from(places))
        _change(draw, found, path, other, places)
    return found.get("", {})


def _change(draw, found: Any, path: tuple, other: st.SearchStrategy, places: list[tuple]) -> None:
    parent = found
    for name in path[:-1]:
        parent = parent[name]
    value = parent[path[-1]]
    match draw(st.sampled_from(["replace", "replace", "delete", "add", "double", "move"])):
        case "replace":
            parent[path[-1]] = copy.deepcopy(draw(other))
        case "delete":
            del parent[path[-1]]
        case "add" if isinstance(value, dict):
            value[
                draw(st.sampled_from(["where", "when", "each", "from", "decided_by", "unit", "x", "\x00", "\ud800"]))
            ] = copy.deepcopy(draw(other))
        case "add" if isinstance(value, list):
            value.append(copy.deepcopy(draw(other)))
        case "double" if isinstance(parent, list):
            parent.append(copy.deepcopy(value))
        case "move":
            taken = found
            for name in draw(st.sampled_from(places)):
                taken = taken[name]
            parent[path[-1]] = copy.deepcopy(taken)


@many
@given(changed(RULES))
def test_a_changed_rule_set_is_read_or_refused(rules):
    answer(json.dumps(rules), json.dumps(SAID))


@many
@given(changed(SAID))
def test_changed_evidence_is_read_or_refused(said):
    answer(json.dumps(RULES), json.dumps(said))


@settings(many, max_examples=60)
@given(cases(), st.data())
def test_changes_of_any_rule_set_are_read_or_refused(case, data):
    rules, said = case
    answer(json.dumps(data.draw(changed(rules, 1))), json.dumps(data.draw(changed(said, 1))))


@pytest.mark.parametrize("part", ["exceptions", "considerations"])
@pytest.mark.parametrize(
    "amount",
    [
        {},
        {"hours": 1, "share": "1%", "of": "worked"},
        {"share": "50%"},
        {"of": "worked"},
        {"share": "50%", "of": "required", "rule": "nobody"},
        {"cases": [{"when": {"facts": {"route": ["y"]}}, "then": {"hours": 1}}]},
        {"fact": "unknown"},
    ],
)
def test_amounts_in_evidence_are_checked_like_those_of_rule_sets(part, amount):
    row = {"rule": "hours", "approver": "h", "reason": "loss", "at_least": amount}
    assert answer(json.dumps(RULES), json.dumps({**SAID, part: [row]})) is None


def test_a_share_of_itself_by_way_of_the_first_that_is_asked_is_refused_or_answered():
    rules = rule_set(
        facts=FACTS,
        requirements=[
            rule("one", "time", at_least={"hours": 1}, when={"facts": {"route": ["x"]}}),
            rule("two", "time", at_least={"share": "50%", "of": "required"}),
        ],
    )
    answer(json.dumps(rules), json.dumps(evidence(facts={"route": "y"})))


@pytest.mark.parametrize("weeks", [520, 10**7])
def test_long_windows_over_long_times_end_soon(weeks):
    average = rule("r", "weekly_average", over="days", window_weeks=weeks, at_least={"hours": 1})
    rows = [work("a", 1, "1900-01-01"), work("b", 1, "2200-12-31")]
    answer(json.dumps(rule_set(requirements=[average])), json.dumps(evidence(work=rows)))


# ── Schemas ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@st.composite
def made(draw, schema: dict, defs: dict, depth: int = 0) -> Any:
    """A value that a schema of ours allows (hypothesis-jsonschema makes no objects with this Hypothesis)."""
    if "$ref" in schema:
        return draw(made(defs[schema["$ref"].rpartition("/")[2]], defs, depth + 1))
    for name in ("anyOf", "oneOf"):
        if name in schema:
            return draw(made(draw(st.sampled_from(schema[name])), defs, depth))
    if "enum" in schema or "const" in schema:
        return draw(st.sampled_from(schema.get("enum") or [schema["const"]]))
    return draw(_MAKERS[schema["type"]](schema, defs, depth))


@st.composite
def objects(draw, schema: dict, defs: dict, depth: int) -> dict:
    """All that is required, and a few of the others; deep inside none of them."""
    if not schema.get("properties"):
        if not schema.get("additionalProperties"):
            return {}
        names = strings(schema.get("propertyNames", {}), defs, depth)
        return draw(st.dictionaries(names, made(schema["additionalProperties"], defs, depth), min_size=1, max_size=2))
    required = schema.get("required", [])
    others = sorted(set(schema["properties"]) - set(required))
    chosen = draw(st.lists(st.sampled_from(others), max_size=3, unique=True)) if others and depth < 3 else []
    return {name: draw(made(schema["properties"][name], defs, depth)) for name in [*required, *chosen]}


def lists(schema: dict, defs: dict, depth: int) -> st.SearchStrategy[list]:
    least = schema.get("minItems", 0)
    return st.lists(made(schema["items"], defs, depth), min_size=least, max_size=max(least, 2 if depth < 3 else 0))


def strings(schema: dict, _defs: dict, _depth: int) -> st.SearchStrategy[str]:
    if schema.get("format") == "date":
        return st.dates().map(str)
    if schema.get("format") == "date-time":
        return st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat())
    if "pattern" in schema and "x00" not in schema["pattern"]:
        return st.from_regex(schema["pattern"], fullmatch=True)
    known = ["a", "p", "hours", "placement", "loss", "time", "Europe/Paris", "visit"]
    return st.sampled_from(known) | st.text(min_size=1, max_size=9)


def integers(schema: dict, _defs: dict, _depth: int) -> st.SearchStrategy[int]:
    return st.integers(schema.get("minimum"), schema.get("maximum"))


_MAKERS = {
    "object": objects,
    "array": lists,
    "string": strings,
    "integer": integers,
    "boolean": lambda *_schema: st.booleans(),
    "null": lambda *_schema: st.none(),
}


def part_of(schema: dict, name: str) -> st.SearchStrategy:
    return made(schema["$defs"][name], schema["$defs"])


SAID_PARTS = {
    "Work": "work", "Record": "records", "Host": "hosts", "Period": "periods", "Absence": "absences",
    "Given": "credited", "Outcome": "outcomes", "Planned": "planned", "PersonalException": "exceptions",
    "SpecialConsideration": "considerations",
}  # fmt: skip
RULE_PARTS = {
    "Consideration": "consideration", "Conversion": "conversion", "Source": "source", "When": "applies_to",
    "Limit": "working_time", "AwardLimit": "award_limits", "Money": "money", "Report": "reports", "Gate": "gates",
    **dict.fromkeys(
        ["Confirmed", "Exclude", "Cap", "Threshold", "Weight", "RoundDown", "ShortStretch"], "steps"),
    **dict.fromkeys(
        ["Time", "Number", "WeeklyAverage", "CalendarTime", "Stretches", "CohortAverage", "Records", "Outcomes",
         "Condition", "Hosts", "Exclusive", "Dates", "WorkingTime", "Choice"], "requirements"),
    **dict.fromkeys(["AwardTime", "AwardWhole", "AwardSteps", "AwardBands", "AwardRate"], "awards"),
}  # fmt: skip
ALONE = ("consideration", "conversion", "source", "applies_to")


@settings(unshrunk, max_examples=12)
@pytest.mark.parametrize("name", sorted(SAID_PARTS))
@given(data=st.data())
def test_all_evidence_of_the_schema_is_read_or_refused(name, data):
    found = data.draw(st.lists(part_of(evidence_reading.schema(), name), max_size=3))
    answer(json.dumps(RULES), json.dumps({**SAID, SAID_PARTS[name]: found}))


@unshrunk
@pytest.mark.parametrize("name", sorted(RULE_PARTS))
@given(data=st.data())
def test_all_rules_of_the_schema_are_read_or_refused(name, data):
    field = RULE_PARTS[name]
    one = data.draw(part_of(rules_reading.schema(), name))
    said = {**SAID, "exceptions": [], "considerations": []}
    answer(json.dumps({**rule_set(facts=FACTS), field: one if field in ALONE else [one]}), json.dumps(said))


@settings(unshrunk, max_examples=15)
@given(st.data())
def test_whole_documents_of_the_schema_are_read_or_refused(data):
    rules, said = (data.draw(made(one, one["$defs"])) for one in (rules_reading.schema(), evidence_reading.schema()))
    answer(json.dumps(rules), json.dumps(SAID))
    answer(json.dumps(RULES), json.dumps(said))


# ── Bytes ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@settings(many, max_examples=100)
@given(st.binary(max_size=200) | st.text(max_size=200))
def test_any_bytes_or_text_are_refused(content):
    assert answer(content, json.dumps(SAID)) is None
    assert answer(json.dumps(RULES), content) is None


@settings(many, max_examples=150)
@given(st.sampled_from([RULES, SAID]), st.data())
def test_bytes_changed_in_a_file_are_read_or_refused(document, data):
    raw = bytearray(json.dumps(document).encode())
    pieces = [
        b"",
        b'"',
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b"\\",
        b"\\ud800",
        b"\x00",
        b"\xff",
        b"NaN",
        b"-",
        b"1e999",
        b"9" * 40,
    ]
    for _number in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(raw) - 1))
        raw[place : place + data.draw(st.integers(0, 3))] = data.draw(st.sampled_from(pieces))
    other = json.dumps(SAID if document is RULES else RULES).encode()
    answer(*((bytes(raw), other) if document is RULES else (other, bytes(raw))))


@pytest.mark.parametrize("depth", [50, 90, 250, 5000])
def test_deep_conditions_are_answered_or_refused(depth):
    text = json.dumps({**rule_set(), "applies_to": "HERE"})
    deep = '{"all": [' * depth + "{}" + "]}" * depth
    answer(text.replace('"HERE"', deep), json.dumps(evidence(work=[work("a", 60)])))
