"""Every number of a sentence stands in the data of its line, in both languages, and no sentence is empty."""

import json
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from django.utils.formats import number_format
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.templatetags.ui import day_year, hours
from credits.rules.awards import written
from credits.rules.case import case_of
from credits.rules.evaluate import evaluate
from credits.rules.reading import read_evidence
from credits.sentences import missing, money
from schools.rule_sets.parts import Text
from schools.rule_sets.phrases import share
from schools.rule_sets.reading import read_rule_set, walk
from schools.rule_sets.shipped import FOLDER
from tests.credits.rules.builders import award, decide, decided, requirement, rule, rule_set, words, work
from tests.credits.rules.strategies import cases, evidence_for

LANGUAGES = ["en", "fr"]
LISTS = ("steps", "requirements", "working_time", "awards", "money", "reports", "gates")
few = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def lines(decision: dict) -> Iterator[dict]:
    """Every line of a decision, also those inside a choice."""
    for name in LISTS:
        for row in decision[name]:
            yield row
            yield from row.get("of", [])


def unexplained(sentence: str, line: dict, texts: list[str]) -> str:
    """What is left of a sentence without the texts of the rule set and all that the data of its line can look like."""
    data = {name: value for name, value in line.items() if name not in ("sentence", "of")}
    for text in texts:
        sentence = sentence.replace(text, "…")
    for shown in sorted(_shown(data, line.get("currency", "")), key=len, reverse=True):
        after = r"(?! \d\d)" if shown.endswith(" h") else r"(?! h\b)"
        sentence = re.sub(rf"(?<!\d)(?<!\d[.,])(?<!\d h ){re.escape(shown)}(?![.,]?\d){after}", "…", sentence)
    return sentence


def _shown(value: Any, currency: str, name: str = "") -> Iterator[str]:
    """A number as hours and minutes, credit, money or a count; a text as it is, or as a day."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield key
            yield from _shown(one, currency, key)
    elif isinstance(value, list):
        for one in value:
            yield from _shown(one, currency, name)
    elif isinstance(value, str) and value:
        yield value
        yield share(value)
        if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            yield day_year(date.fromisoformat(value))
    elif isinstance(value, int) and not isinstance(value, bool):
        yield hours(value)
        yield number_format(value, force_grouping=True)
        yield number_format(written(max(value, 0)))
        if currency:
            yield number_format(Decimal(value) / 100, 2)


def texts_of(rules: dict) -> list[str]:
    found = read_rule_set(json.dumps(rules))
    texts = {text for _path, part in walk(found) if isinstance(part, Text) for text in (part.en, part.fr)}
    return sorted(texts, key=len, reverse=True)


def check(rules: dict, said: dict) -> None:
    texts = texts_of(rules)
    for language in LANGUAGES:
        with translation.override(language):
            decision = decided(rules, said)
            for line in [*lines(decision), {name: value for name, value in decision.items() if name not in LISTS}]:
                sentence = line["sentence"]
                assert sentence.strip(), line
                assert "%(" not in sentence, sentence
                assert not re.search(r"\d", unexplained(sentence, line, texts)), (sentence, line)


@few
@given(cases())
def test_every_number_of_a_sentence_stands_in_its_line(case):
    check(*case)


@settings(few, max_examples=5)
@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.json")))
@given(data=st.data())
def test_so_it_is_for_the_shipped_rule_sets(name, data):
    rules = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    said = data.draw(evidence_for(rules))
    if rules.get("valid_from") and rules.get("chosen_by", "cohort_start") == "cohort_start":
        said["cohort_start"] = rules["valid_from"]
    check(rules, said)


@few
@given(cases())
def test_in_arabic_each_sentence_is_arabic_and_filled(case):
    """Its numbers are not looked up: one and two are words there."""
    with translation.override("ar"):
        decision = decided(*case)
        for line in [*lines(decision), decision]:
            assert re.search("[ء-ي]", line["sentence"]), line["sentence"]
            assert "%(" not in line["sentence"]


@few
@given(cases())
def test_what_is_missing_is_said_in_sentences_of_its_own(case):
    rules, said = case
    texts = texts_of(rules)
    found = read_rule_set(json.dumps(rules))
    result = evaluate(case_of(found, read_evidence(json.dumps(said), found)))
    for language in LANGUAGES:
        with translation.override(language):
            for own in (True, False):
                for sentence in missing(result, found, {}, own=own):
                    assert sentence.strip()
                    assert "%(" not in sentence
                    assert not re.search(r"\d", unexplained(sentence, result.as_data(), texts)), sentence


def test_the_check_finds_a_number_that_stands_nowhere():
    line = {"minutes": 450, "due": "2026-03-01", "share": "20%", "credit": 500}
    with translation.override("en"):
        assert not re.search(r"\d", unexplained("7 h 30, 20%, 0.5, Sun 1 Mar 2026.", line, []))
        for wrong in ("7 h", "7 h 31", "30%", "0.6", "Mon 2 Mar 2026", "7", "17 h 30", "2,450"):
            assert re.search(r"\d", unexplained(wrong, line, [])), wrong


# ── Sentences as people read them ────────────────────────────────────────────────────────────────────────────────────


def hours_rule(**more) -> dict:
    return rule_set(requirements=[rule("hours", "time", **more)])


@pytest.mark.parametrize(
    ("more", "minutes", "sentence"),
    [
        ({"at_least": {"hours": 80}}, 4590, "Rule hours: 76 h 30, at least 80 h are asked for. Missing: 3 h 30."),
        ({"at_least": {"hours": 80}}, 4800, "Rule hours: 80 h, at least 80 h are asked for."),
        ({"at_most": {"hours": 1}}, 90, "Rule hours: 1 h 30, at most 1 h are allowed. Too much: 0 h 30."),
        ({"more_than": {"hours": 1}}, 60, "Rule hours: 1 h, more than 1 h are asked for. Missing: 0 h 01."),
        ({"less_than": {"hours": 1}}, 60, "Rule hours: 1 h, it must be less than 1 h. Too much: 0 h 01."),
    ],
)
def test_a_bound_is_told_with_its_numbers(more, minutes, sentence):
    decision = decide(hours_rule(**more), work=[work("a", minutes)])
    assert requirement(decision, "hours")["sentence"] == sentence


def test_days_and_a_rest_are_told_as_such():
    decision = decide(hours_rule(at_least={"days": 44}, shown_in="days"), work=[work("a", 18479)])
    sentence = requirement(decision, "hours")["sentence"]
    assert sentence == "Rule hours: 43 days and 6 h 59, at least 44 days are asked for. Missing: 0 h 01."


def test_a_share_is_told_with_its_base():
    rules = hours_rule(at_least={"hours": 315})
    rules["steps"] = [rule("remote", "cap", where={"remote": True}, at_most={"share": "20%", "of": "required"})]
    decision = decide(rules, work=[work("a", 4800, remote=True)])
    assert decision["steps"][0]["sentence"] == (
        "Rule remote: at most 63 h count (20% of the 315 h that are asked for). It is 80 h, so 17 h do not count."
    )
    assert decision["sentence"] == "Not met yet: 252 h are missing."


def test_credit_is_told_with_the_comma_of_the_language():
    rules = rule_set(awards=[rule("half", "whole", measure="credit", give="0.5")])
    for language, shown in (("en", "0.5"), ("fr", "0,5")):
        with translation.override(language):
            assert shown in award(decide(rules, work=[work("a", 60)]), "half")["sentence"]
            assert money(123456, "EUR") == ("1234.56 EUR" if language == "en" else "1234,56 EUR")


def test_the_labels_are_those_of_the_language():
    label = {"en": "Hours at work", "fr": "Heures en entreprise"}
    rules = rule_set(requirements=[{**rule("hours", "time", at_least={"hours": 1}), "label": label}])
    for language in LANGUAGES:
        with translation.override(language):
            assert requirement(decide(rules), "hours")["sentence"].startswith(label[language])


def test_the_reason_of_special_consideration_is_told_in_words():
    allowed = {"rules": ["hours"], "reasons": {"loss": words("A death in the family")}}
    rules = {**hours_rule(at_least={"hours": 2}), "consideration": allowed}
    accepted = {"rule": "hours", "at_least": {"hours": 1}, "reason": "loss", "approver": "head of school"}
    decision = decide(rules, work=[work("a", 60)], considerations=[accepted])
    assert requirement(decision, "hours")["sentence"] == (
        "Rule hours: 1 h, at least 1 h are asked for. "
        "Less was accepted by head of school. Reason: A death in the family."
    )
