"""Rule sets are tried as a person would: two files, the command, and the JSON that it prints."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from schools.rule_sets.shipped import FOLDER


@pytest.fixture
def decide(tmp_path):
    """`decide("file-name", work=[...], facts={...}, today="2026-06-30")` is the decision of a shipped rule set."""

    def run(
        rules: str | dict, *, lang: str = "en", today: str = "2026-06-30", also: tuple[str, ...] = (), **evidence
    ) -> dict:
        path = FOLDER / f"{rules}.json"
        if isinstance(rules, dict):
            path = tmp_path / "rules.json"
            path.write_text(json.dumps(rules), encoding="utf-8")
        said = tmp_path / "evidence.json"
        document = {"format": "passerelle-evidence/1", "today": today, **evidence}
        said.write_text(json.dumps(document), encoding="utf-8")
        out = StringIO()
        others = [FOLDER / f"{name}.json" for name in also]
        call_command("evaluate_credit", rules=path, evidence=said, lang=lang, also=others, stdout=out)
        return json.loads(out.getvalue())

    return run


def lines(decision: dict) -> dict[str, dict]:
    """All lines of a decision by the key of their rule (requirements, also those inside a choice)."""
    found: dict[str, dict] = {}

    def collect(rows: list[dict]) -> None:
        for row in rows:
            found[row["rule"]] = row
            collect(row["of"])

    collect(decision["requirements"])
    return found


def days(count: int, minutes: int, *, since: str = "2026-01-05", prefix: str = "w", **more) -> list[dict]:
    """So many days of work of the same length, one a day from Monday to Friday."""
    from datetime import date, timedelta

    day, found = date.fromisoformat(since), []
    while len(found) < count:
        if day.weekday() < 5:
            found.append({"id": f"{prefix}{len(found) + 1}", "day": day.isoformat(), "minutes": minutes, **more})
        day += timedelta(days=1)
    return found
