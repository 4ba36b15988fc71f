"""docs/deadlines.md says of every letter and every day of a programme when it comes, and which test shows it."""

import ast
import re
from pathlib import Path

from reminders.models import Kind
from schools.deadlines import USUAL, Deadlines

ROOT = Path(__file__).parents[2]
LINES = [line for line in (ROOT / "docs/deadlines.md").read_text().splitlines() if line.startswith("| ")]
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in LINES if not line.startswith("| ---")]


def names_in(path: str) -> set[str]:
    return {node.name for node in ast.walk(ast.parse((ROOT / path).read_text())) if isinstance(node, ast.FunctionDef)}


def test_every_test_that_the_table_names_is_there():
    named = set(re.findall(r"(tests/[\w/]+\.py)::(test_\w+)", "\n".join(LINES)))
    assert len(named) > 50
    assert [f"{path}::{name}" for path, name in sorted(named) if name not in names_in(path)] == []


def test_every_kind_of_letter_stands_in_the_table():
    letters = {word for row in ROWS for word in re.findall(r"`(\w+)`", row[-2])}
    assert letters - set(Deadlines.model_fields) == set(Kind.values)


def test_every_day_of_a_programme_stands_in_the_table_as_it_usually_is():
    text = "\n".join(LINES)
    for name, days in USUAL:
        usual = ", ".join(map(str, days)) if isinstance(days, tuple) else str(days)
        assert f"`{name}` ({usual})" in text, name


def test_a_line_with_a_letter_names_a_test_and_one_without_says_why():
    for row in (row for row in ROWS if row[-1] != "Shown by"):
        says_why = any(words in cell for cell in row for words in ("no letter, because", "none yet"))
        assert "::test_" in row[-1] or says_why, row
