"""The table of docs/rule_set_concepts.md says the truth: its files use its fields, and no concept is missing."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from credits.rules import reading as evidence_reading
from schools.rule_sets import reading
from schools.rule_sets.shipped import FOLDER, files

PAGE = Path(settings.BASE_DIR) / "docs" / "rule_set_concepts.md"
CONCEPTS = range(1, 18)


@dataclass(frozen=True)
class Row:
    """One line of a table of the page."""

    number: int
    words: str
    fields: tuple[str, ...]
    files: tuple[str, ...]


def rows(heading: str) -> list[Row]:
    """The lines below a heading of the page whose first cell is a number."""
    part = PAGE.read_text(encoding="utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    found = re.findall(r"^\| (\d+) \| (.+?) \| (.+?) \|(?: (.+?) \|)?$", part, re.MULTILINE)
    return [Row(int(number), words, quoted(fields), quoted(names)) for number, words, fields, names in found]


def quoted(cell: str) -> tuple[str, ...]:
    return tuple(re.findall(r"`([^`]+)`", cell))


SHIPPED, NOT_SHIPPED = rows("Where each concept stands"), rows("What no shipped file needs")


# ── Does a document use a field ──────────────────────────────────────────────────────────────────────────────────────


def uses(document: Any, field: str) -> bool:
    """`cap.at_most.share`: somewhere stands a rule of the type cap with such a share; `of=planned`: with this value."""
    path, _, value = field.partition("=")
    first, *others = path.split(".")
    found = list(named(document, first))
    for name in others:
        found = [inner for one in found for inner in members(one, name)]
    return any(not value or value == written(one) for one in found)


def named(document: Any, name: str) -> Iterator[Any]:
    """Every value of a key of this name, and every rule of a type of this name."""
    if isinstance(document, dict):
        if document.get("type") == name:
            yield document
        if name in document:
            yield from flat(document[name])
        for value in document.values():
            yield from named(value, name)
    elif isinstance(document, list):
        for value in document:
            yield from named(value, name)


def members(value: Any, name: str) -> Iterator[Any]:
    if isinstance(value, dict) and name in value:
        yield from flat(value[name])


def flat(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for one in value:
            yield from flat(one)
    else:
        yield value


def written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def shipped(name: str) -> dict:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def field_names(schema: dict) -> set[str]:
    """All names of fields, and all types of rules, of a JSON Schema."""
    found: set[str] = set()
    for part in (schema, *schema["$defs"].values()):
        for name, about in part.get("properties", {}).items():
            found |= {name, *([about["const"]] if name == "type" and "const" in about else about.get("enum", []))}
    return found


def known(field: str) -> set[str]:
    """The names in a field that the format has; what a file calls its facts and activities is its own."""
    names = field.partition("=")[0].split(".")
    return {name for place, name in enumerate(names) if not place or names[place - 1] not in ("facts", "activities")}


FORMAT, EVIDENCE = field_names(reading.schema()), field_names(evidence_reading.schema())


# ── The table ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_concept_has_a_row_with_fields_and_files():
    assert sorted({row.number for row in SHIPPED}) == list(CONCEPTS)
    assert [row.words for row in SHIPPED if not row.fields or not row.files] == []
    assert [row.number for row in SHIPPED] == sorted(row.number for row in SHIPPED)


def test_no_line_of_the_tables_is_overlooked():
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    heads = [line for line in lines if line.startswith(("| number |", "| --- |"))]
    assert len(lines) - len(heads) == len(SHIPPED) + len(NOT_SHIPPED)


@pytest.mark.parametrize(
    ("row", "name"),
    [(row, name) for row in SHIPPED for name in row.files],
    ids=[f"{row.number}-{row.words}-{name}" for row in SHIPPED for name in row.files],
)
def test_a_file_that_the_table_names_uses_the_fields_of_its_row(row: Row, name: str):
    document = shipped(name)
    unused = [field for field in row.fields if not field.startswith("evidence.") and not uses(document, field)]
    assert unused == []


@pytest.mark.parametrize("row", SHIPPED, ids=[f"{row.number}-{row.words}" for row in SHIPPED])
def test_the_table_names_fields_of_the_format(row: Row):
    for field in row.fields:
        if field.startswith("evidence."):
            assert known(field) - {"evidence"} <= EVIDENCE
        else:
            assert known(field) <= FORMAT


def test_every_shipped_file_stands_in_the_table():
    named_files = {name for row in SHIPPED for name in row.files}
    assert {path.stem for path in files()} - named_files == set()


@pytest.mark.parametrize("row", NOT_SHIPPED, ids=[f"{row.number}-{row.words}" for row in NOT_SHIPPED])
def test_what_the_page_calls_unused_is_in_the_format_and_in_no_shipped_file(row: Row):
    assert row.fields
    for field in row.fields:
        assert known(field) <= FORMAT
        assert [path.stem for path in files() if uses(shipped(path.stem), field)] == []
