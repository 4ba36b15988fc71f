"""The difference of two wordings: empty exactly where the hash is the same, and never a path that did not change."""

import copy
import json
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from schools.rule_sets import plain
from schools.rule_sets.comparing import Side, changes
from schools.rule_sets.difference import ABSENT, difference
from schools.rule_sets.difference import RULES as SECTIONS
from schools.rule_sets.reading import content_hash, read_rule_set
from schools.rule_sets.shipped import files
from tests.schools.rules import RULES, changed

plain_values = st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["", "a", "é"])
values = st.recursive(
    plain_values,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)
rules = st.lists(
    st.fixed_dictionaries({"key": st.sampled_from(["one", "two", "three"])}, optional={"at_most": values}),
    max_size=3,
    unique_by=lambda rule: rule["key"],
)
wordings = st.fixed_dictionaries(
    {"format": st.just("x")},
    optional={"steps": rules, "requirements": rules, "readings": values, "facts": values, "name": values},
)


def at(content: Any, path: str) -> Any:
    """What stands at a path; a rule stands at its key."""
    section, *rest = path.split(".")
    found = content.get(section, ABSENT)
    if section in SECTIONS and rest:
        if rest == ["order"]:
            return [rule["key"] for rule in found]
        found = next((rule for rule in found or [] if rule["key"] == rest[0]), ABSENT)
        rest = rest[1:]
    for step in rest:
        if found is ABSENT:
            return ABSENT
        found = (
            found.get(step, ABSENT)
            if isinstance(found, dict)
            else found[int(step)]
            if int(step) < len(found)
            else ABSENT
        )
    return found


def as_json(value: Any) -> str:
    return "absent" if value is ABSENT else json.dumps(value, sort_keys=True)


@given(wordings)
def test_a_wording_is_not_different_from_itself(content):
    assert difference(content, copy.deepcopy(content)) == []


@given(wordings, wordings)
def test_two_wordings_are_different_exactly_when_their_hashes_are(old, new):
    assert (difference(old, new) == []) == (content_hash(old) == content_hash(new))


@given(wordings, wordings)
def test_every_line_names_a_path_that_changed_with_both_values_that_stand_there(old, new):
    for line in [line for part in difference(old, new) for line in part.lines]:
        if line.path.endswith(".order"):
            assert sorted(line.old) == sorted(line.new)
            assert line.old != line.new
            continue
        told = (as_json(line.old), as_json(line.new))
        assert told == (as_json(at(old, line.path)), as_json(at(new, line.path)))
        assert told[0] != told[1]


@pytest.mark.parametrize(
    ("change", "paths"),
    [
        (lambda one: one["requirements"][0]["at_least"].update(hours=320), ["requirements.hours.at_least.hours"]),
        (lambda one: one["name"].update(fr="Autre"), ["name.fr"]),
        (lambda one: one["facts"]["pathway"].update(values=["BOL"]), ["facts.pathway.values"]),
        (lambda one: one["facts"]["needs_support"].update(values=[1, False]), ["facts.needs_support.values"]),
        (lambda one: one["readings"].append({"en": "a", "fr": "b"}), ["readings.1"]),
        (lambda one: one["steps"].reverse(), ["steps.order"]),
        (lambda one: one["gates"].clear(), ["gates.exam"]),
        (lambda one: one.update(valid_to="2027-07-31"), ["valid_to"]),
        (lambda one: one.pop("gates"), ["gates.exam"]),
    ],
)
def test_one_change_is_one_path(change, paths):
    new = copy.deepcopy(RULES)
    change(new)
    assert [line.path for part in difference(RULES, new) for line in part.lines] == paths


def side(content: dict) -> Side:
    return Side(content, read_rule_set(json.dumps(content)))


@pytest.mark.parametrize(
    ("fields", "title", "before", "after"),
    [
        ({"valid_to": "2027-07-31"}, "Valid", ["from Fri 1 Aug 2025 on"], ["Fri 1 Aug 2025 to Sat 31 Jul 2027"]),
        ({"chosen_by": "activity_date"}, "Chosen by", ["the first day of the cohort"], ["the day of the work"]),
        ({"retention_years": 5}, "Papers are kept for", [], ["5 years"]),
        (
            {"conversion": {"minutes_per_day": 480}},
            "How long a day, a week and a month are",
            ["A day is 7 h"],
            ["A day is 8 h"],
        ),
        (
            {"steps": RULES["steps"][::-1]},
            "From hours at work to hours that count",
            ["In this order: Signed by the firm, Work from afar"],
            ["In this order: Work from afar, Signed by the firm"],
        ),
    ],
)
def test_a_change_of_the_whole_file_is_told_in_words(fields, title, before, after):
    [change] = changes(side(RULES), side(changed(**fields)))
    assert (change.title, change.before, change.after) == (title, before, after)


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_every_shipped_rule_set_is_told_in_plain_words_in_each_language(path, language):
    """Each rule has at least one line, no line is empty, and nothing of Python's own words stands in one."""
    found = read_rule_set(path.read_bytes())
    with translation.override(language):
        lines = plain.general_lines(found)
        for section in plain.sections(found):
            for entry in section.entries:
                assert entry.lines, entry.key
                lines += entry.lines
    for line in lines:
        assert line.strip()
        assert "None" not in line
        assert "%(" not in line
        assert "()" not in line
