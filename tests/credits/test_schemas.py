"""The documents are what docs/rule_sets.md and docs/schemas say they are."""

import json
import re
from io import StringIO

import pytest
from django.core.management import call_command
from jsonschema import Draft202012Validator

from credits import schemas
from schools.rule_sets.shipped import files
from tests.house.test_whole import ROOT

DOCS = ROOT / "docs"
PAGE = (DOCS / "rule_sets.md").read_text(encoding="utf-8")
TICKED = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"`([^`\n]+)`", PAGE))))


def schema_of(name: str) -> dict:
    return json.loads((DOCS / "schemas" / f"{name}.json").read_text(encoding="utf-8"))


def decided(folder, rules: dict, evidence: dict) -> dict:
    (folder / "rules.json").write_text(json.dumps(rules), encoding="utf-8")
    (folder / "evidence.json").write_text(json.dumps(evidence), encoding="utf-8")
    out = StringIO()
    call_command("evaluate_credit", rules=folder / "rules.json", evidence=folder / "evidence.json", stdout=out)
    return json.loads(out.getvalue())


@pytest.mark.parametrize("name", schemas.all_of_them())
def test_the_schema_in_the_docs_is_that_of_the_code(name):
    assert schema_of(name) == schemas.all_of_them()[name], "write it again with manage.py write_schemas"


@pytest.mark.parametrize("name", ["rule_set", "evidence", "decision"])
def test_every_field_of_the_schema_is_explained(name):
    schema = schema_of(name)
    places = [schema, *schema["$defs"].values()]
    fields = {field for place in places for field in place.get("properties", {})}
    shown = {"before_minutes", "before_credit", "now_minutes", "now_credit"}  # written as before_* and now_*
    assert sorted(fields - TICKED - shown) == []


@pytest.mark.parametrize("name", ["rule_set", "evidence", "decision"])
def test_every_word_that_a_field_may_hold_is_explained(name):
    schema = schema_of(name)
    words: set[str] = set()

    def collect(value):
        if isinstance(value, dict):
            words.update(word for word in [*value.get("enum", []), value.get("const")] if isinstance(word, str))
            for one in value.values():
                collect(one)
        elif isinstance(value, list):
            for one in value:
                collect(one)

    collect(schema)
    spoken = {word for word in words if re.fullmatch(r"[a-z_]+", word)}
    weekdays = {"tuesday", "wednesday", "thursday", "friday", "saturday"}  # written as monday … sunday
    assert sorted(spoken - TICKED - weekdays) == []


@pytest.mark.parametrize("path", files(), ids=lambda path: path.stem)
def test_every_shipped_rule_set_fits_the_schema(path):
    assert list(Draft202012Validator(schema_of("rule_set")).iter_errors(json.loads(path.read_text("utf-8")))) == []


def test_the_examples_of_the_page_are_a_rule_set_and_evidence_for_it(tmp_path):
    rules, said = (json.loads(block) for block in re.findall(r"```json\n(.+?)```", PAGE, re.DOTALL)[:2])
    answer = decided(tmp_path, rules, said)
    assert (answer["worked_minutes"], answer["confirmed_minutes"]) == (900, 450)
    assert [row["state"] for row in answer["requirements"]] == ["not_met"]
    assert list(Draft202012Validator(schema_of("decision")).iter_errors(answer)) == []


def test_nothing_in_the_engine_names_a_country_or_a_rule_set():
    documents = [json.loads(path.read_text("utf-8")) for path in files()]
    names = {one["key"] for one in documents} | {one["jurisdiction"] for one in documents} - {"any"}
    rooms = ("credits", "schools/rule_sets", "placements/rules")
    code = "\n".join(path.read_text("utf-8") for room in rooms for path in (ROOT / room).rglob("*.py"))
    assert sorted(name for name in names if re.search(rf"[\"']{re.escape(name)}[\"']", code)) == []
