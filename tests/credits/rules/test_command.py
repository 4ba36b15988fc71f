"""`evaluate_credit` as a person runs it: two files, an answer in JSON, and exit code 2 for what is wrong."""

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import jsonschema
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from tests.credits.rules.builders import decided, evidence, rule, rule_set, words, work

SCHEMA = settings.BASE_DIR / "docs" / "schemas" / "decision.json"
RULES = rule_set(
    facts={"required_minutes": {"label": words("Required")}},
    steps=[rule("both", "confirmed")],
    requirements=[rule("hours", "time", at_least={"fact": "required_minutes"})],
    awards=[rule("unit", "whole", measure="unit", give="1", needs=["hours"])],
)
SAID = evidence(facts={"required_minutes": 60}, work=[work("a", 60), work("b", 30, confirmed_minutes=None)])


def written(path: Path, content: object) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


@pytest.fixture
def answered(tmp_path):
    """`answered(rules, evidence)` is what the command prints, inside this process."""

    def run(rules: object = RULES, said: object = SAID, *also: object, **options) -> str:
        out = StringIO()
        others = [written(tmp_path / f"other{number}.json", one) for number, one in enumerate(also)]
        paths = {"rules": written(tmp_path / "r.json", rules), "evidence": written(tmp_path / "e.json", said)}
        call_command("evaluate_credit", **paths, also=others, stdout=out, **options)
        return out.getvalue()

    return run


@pytest.fixture
def refused(answered):
    def run(*args, **options) -> str:
        with pytest.raises(CommandError) as refusal:
            answered(*args, **options)
        assert refusal.value.returncode == 2
        return str(refusal.value)

    return run


# ── The answer ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_prints_the_decision_of_the_engine(answered):
    assert json.loads(answered()) == decided(RULES, SAID)


def test_the_same_files_print_the_same_bytes(answered):
    assert answered() == answered()


def test_a_byte_order_mark_and_null_are_nothing(answered):
    marked = b"\xef\xbb\xbf" + json.dumps({**SAID, "birth_date": None}).encode()
    assert json.loads(answered(RULES, marked)) == decided(RULES, SAID)


def test_the_answer_is_in_the_language_that_is_asked(answered):
    label = {"en": "Hours", "fr": "Heures"}
    rules = {**RULES, "requirements": [{**RULES["requirements"][0], "label": label}]}
    for lang in ("en", "fr"):
        assert json.loads(answered(rules, lang=lang))["requirements"][0]["label"] == label[lang]


def test_other_wordings_are_further_files(answered):
    now = rule_set(chosen_by="activity_date", valid_from="2026-01-01")
    before = rule_set(chosen_by="activity_date", valid_to="2025-12-31", steps=[rule("half", "weight", factor="50%")])
    said = evidence(work=[work("a", 60, "2025-12-31"), work("b", 60, "2026-01-01")])
    assert json.loads(answered(now, said))["counted_minutes"] == 60
    assert json.loads(answered(now, said, before))["counted_minutes"] == 90


# ── The refusal ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"stepps": []}, "stepps"),
        ({"steps": [rule("both", "confirmed", hours=1)]}, "steps.0.hours"),
        ({"steps": [rule("both", "guess")]}, "steps.0"),
        ({"steps": [rule("both")]}, "steps.0"),
        ({"steps": [rule("a", "confirmed"), rule("a", "confirmed")]}, "“a” stands for several rules"),
        ({"steps": [rule("cap", "cap", at_most={})]}, "steps.0.at_most"),
        ({"steps": [rule("cap", "cap", at_most={"hours": 1, "share": "1%", "of": "worked"})]}, "steps.0.at_most"),
        ({"steps": [rule("cap", "cap", at_most={"share": "20%"})]}, "steps.0.at_most"),
        ({"steps": [rule("cap", "cap", at_most={"share": "1/0", "of": "worked"})]}, "steps.0.at_most.share"),
        ({"steps": [rule("cap", "cap", at_most={"hours": -1})]}, "steps.0.at_most.hours"),
        ({"steps": [rule("cap", "cap", at_most={"hours": 1.5})]}, "steps.0.at_most.hours"),
        ({"steps": [rule("cap", "cap", at_most={"hours": "1"})]}, "steps.0.at_most.hours"),
        ({"steps": [rule("cap", "cap", at_most={"hours": True})]}, "steps.0.at_most.hours"),
        ({"steps": [rule("cap", "cap", at_most={"cases": [{"when": {}, "then": {"hours": 1}}]})]}, "steps.0.at_most"),
        ({"steps": [rule("w", "weight", factor="101%")]}, "steps.0.factor"),
        ({"steps": [rule("x", "exclude", where={"activities": ["gardening"]})]}, "steps.0.where"),
        ({"steps": [rule("x", "exclude", when={"facts": {"age": [1]}})]}, "steps.0.when"),
        ({"requirements": [rule("hours", "time")]}, "requirements.0"),
        ({"requirements": [rule("r", "records", match={"kind": "x", "in_order": True})]}, "requirements.0.match"),
        ({"requirements": [rule("r", "any_of", of=[])]}, "requirements.0.of"),
        ({"awards": [rule("unit", "whole", measure="unit", give="1", needs=["nobody"])]}, "awards.0.needs"),
        ({"awards": [rule("unit", "whole", measure="unit", give="1", after=["nobody"])]}, "awards.0.after"),
        ({"awards": [rule("unit", "whole", measure="unit", give="one")]}, "awards.0.give"),
        ({"award_limits": [rule("l", awards=["nobody"], at_most="1")]}, "award_limits.0.awards"),
        ({"gates": [rule("g", needs=["nobody"])]}, "gates.0.needs"),
        ({"consideration": {"rules": ["both"], "reasons": {"x": words("x")}}}, "consideration.rules"),
        ({"valid_from": "2026-01-02", "valid_to": "2026-01-01"}, "valid_to"),
        ({"valid_from": "2026-02-30"}, "valid_from"),
        ({"valid_from": "26-01-01"}, "valid_from"),
        ({"valid_from": "1899-12-31"}, "valid_from"),
        ({"activities": {}}, "activities"),
        ({"activities": {"Placement": words("x")}}, "activities"),
        ({"name": {"en": "Only English"}}, "name.fr"),
        ({"name": {"en": "", "fr": "x"}}, "name.en"),
        ({"jurisdiction": "a\x00b"}, "jurisdiction"),
        ({"format": "passerelle-rule-set/2"}, "format"),
        ({"source": None}, "source"),
    ],
)
def test_a_wrong_rule_set_is_refused_with_its_path(refused, change, path):
    message = refused({**RULES, **change})
    assert "r.json: " in message
    assert path in message


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"facts": {}}, "facts.required_minutes"),
        ({"facts": {"required_minutes": "60"}}, "facts.required_minutes"),
        ({"facts": {"required_minutes": 60, "unknown": 1}}, "facts.unknown"),
        ({"works": []}, "works"),
        ({"today": None}, "today"),
        ({"today": "30.06.2026"}, "today"),
        ({"zone": "Europe/Nowhere"}, "zone"),
        ({"zone": "Europe"}, "zone"),
        ({"work": [work("a", 1), work("a", 1)]}, "work.1.id"),
        ({"work": [work("a")]}, "work.0"),
        ({"work": [{"id": "a", "minutes": 5}]}, "work.0"),
        ({"work": [work("a", -1)]}, "work.0.minutes"),
        ({"work": [work("a", 60, zone="Mars")]}, "work.0.zone"),
        ({"work": [work("a", 60, host="nobody")]}, "work.0.host"),
        ({"work": [work("a", 60, setting="home")]}, "work.0.setting"),
        ({"work": [{"id": "a", "from": "2026-01-05T08:00"}]}, "work.0"),
        ({"work": [{"id": "a", "from": "2026-01-05T25:00", "to": "2026-01-05T09:00"}]}, "work.0.from"),
        ({"work": [{"id": "a", "from": "2026-02-30T08:00", "to": "2026-02-30T09:00"}]}, "work.0"),
        ({"work": [{"id": "a", "from": "2026-01-05T09:00", "to": "2026-01-05T09:00"}]}, "work.0"),
        ({"work": [{"id": "a", "from": "2026-01-05T09:00", "to": "2026-01-06T21:01"}]}, "work.0"),
        ({"work": [work("a", 61, **{"from": "2026-01-05T09:00", "to": "2026-01-05T10:00"})]}, "work.0"),
        ({"work": [{"id": "a", "from": "2026-01-05T09:00", "to": "2026-01-05T10:00", "break_minutes": 61}]}, "work.0"),
        ({"work": [{"id": "a", "day": "2026-01-06", "from": "2026-01-05T09:00", "to": "2026-01-05T10:00"}]}, "work.0"),
        ({"work": [work("a", 60, last_day="2026-01-04")]}, "work.0"),
        ({"work": [work("a", 60, days=2)]}, "work.0"),
        ({"work": [work("a", 60, units=[{"unit": "U", "minutes": 61}])]}, "work.0"),
        ({"work": [work("a", 60, confirmed_minutes=-1)]}, "work.0.confirmed_minutes"),
        ({"hosts": [{"id": "a"}, {"id": "a"}]}, "hosts.1"),
        ({"outcomes": [{"key": "a"}, {"key": "a"}]}, "outcomes.1"),
        ({"periods": [{"key": "p", "kind": "term", "from": "2026-01-02", "to": "2026-01-01"}]}, "periods.0"),
        ({"records": [{"kind": "x", "on": "2026-01-05T09:00:00"}]}, "records.0.on"),
        ({"records": [{"kind": "x", "on": "0001-01-01T00:00:00+05:00"}]}, "records.0.on"),
        ({"records": [{"kind": "x", "on": "9999-12-31T23:59:00-05:00"}]}, "records.0.on"),
        ({"exceptions": [{"rule": "nobody", "approver": "h", "reason": "r"}]}, "exceptions.0.rule"),
        ({"exceptions": [{"rule": "unit", "approver": "h", "reason": "r"}]}, "exceptions.0.rule"),
        ({"exceptions": [{"rule": "both", "approver": "h", "reason": "r", "at_least": {"hours": 1}}]}, "exceptions.0"),
        ({"exceptions": [{"rule": "hours", "approver": "h", "reason": "r", "at_least": {}}]}, "exceptions.0.at_least"),
        ({"credited": [{"award": "unit", "credit": "1,5"}]}, "credited.0.credit"),
    ],
)
def test_wrong_evidence_is_refused_with_its_path(refused, change, path):
    message = refused(RULES, {**SAID, **change})
    assert "e.json: " in message
    assert path in message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff\xfe{}", "not UTF-8"),
        (b'{"format": 1, "format": 1}', "stands twice"),
        (b'{"today": NaN}', "is no number"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"today": 1' + b"0" * 6000 + b"}", "not JSON"),
        (b" " * 1_000_001, "larger than a million bytes"),
        (b"[]", "must be an object"),
        (b"null", "must be an object"),
        (b'"\\ud800"', ""),
    ],
)
def test_what_is_no_document_is_refused(refused, content, words):
    assert words in refused(content)
    assert words in refused(RULES, content)


def test_every_problem_is_told_at_once_in_the_language_that_is_asked(refused):
    message = refused({**RULES, "valid_from": "x", "steps": 1}, lang="fr")
    assert [line.split(": ")[1] for line in message.splitlines()] == ["valid_from", "steps"]


# ── As a process of its own ──────────────────────────────────────────────────────────────────────────────────────────


def started(*args: object) -> subprocess.Popen:
    """Without a database: no DATABASE_URL, and the settings of a running site."""
    known = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "manage.py", "evaluate_credit", *map(str, args)],
        cwd=settings.BASE_DIR,
        env=known,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


@pytest.mark.real
def test_the_process_ends_with_two_and_no_traceback_for_what_is_wrong(tmp_path):
    rules, said = written(tmp_path / "rules.json", RULES), written(tmp_path / "said.json", SAID)
    wrong = {
        "a missing file": (tmp_path / "none.json", said),
        "a folder": (tmp_path, said),
        "no JSON": (written(tmp_path / "text.json", b"hello"), said),
        "a wrong key": (written(tmp_path / "key.json", {**RULES, "stepps": []}), said),
        "a fact that nobody knows": (rules, written(tmp_path / "more.json", {**SAID, "facts": {"x": 1}})),
        "a fact that is missing": (rules, written(tmp_path / "less.json", {**SAID, "facts": {}})),
    }
    running = {
        name: started("--rules", one, "--evidence", other) for name, (one, other) in wrong.items()
    }  # all at once, because starting is what takes the time
    for name, process in running.items():
        out, err = process.communicate(timeout=60)
        assert (name, process.returncode, out) == (name, 2, "")
        assert str(tmp_path) in err
        assert "Traceback" not in err


@pytest.mark.real
def test_the_process_prints_an_answer_that_fits_its_schema_and_needs_no_database(tmp_path):
    rules, said = written(tmp_path / "rules.json", RULES), written(tmp_path / "said.json", SAID)
    out, err = started("--rules", rules, "--evidence", said, "--lang", "fr").communicate(timeout=60)
    assert err == ""
    decision = json.loads(out)
    jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(decision)
    assert (decision["result"], decision["counted_minutes"], decision["awards"][0]["credit"]) == ("met", 60, 1000)
