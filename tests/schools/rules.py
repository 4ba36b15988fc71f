"""A rule set of a school that uses most of what a file can say, and the answers it allows."""

import copy
import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile


def text(words: str) -> dict[str, str]:
    return {"en": words, "fr": f"{words} (fr)"}


RULES: dict[str, Any] = {
    "format": "passerelle-rule-set/1",
    "key": "metal-hours",
    "name": {"en": "Metal work, 300 hours", "fr": "Métal, 300 heures"},
    "summary": text("Three hundred hours in a metal firm."),
    "jurisdiction": "Harbour Vocational College",
    "source": {"title": "Handbook, page 4", "link": "https://college.example/handbook", "grade": "own"},
    "valid_from": "2025-08-01",
    "readings": [text("A share is taken of the hours that are asked for.")],
    "facts": {
        "pathway": {"label": text("Pathway"), "values": ["BOL", "BBL"]},
        "needs_support": {"label": text("Has special needs"), "values": [True, False]},
        "year": {"label": text("Year of study"), "values": [1, 2, 3]},
        "earlier_minutes": {"label": text("Minutes before"), "values": []},
        "trade": {"label": text("Trade")},
        "required_minutes": {"label": text("Minutes of the programme")},
    },
    "activities": {"placement": text("placement"), "job": text("part-time job")},
    "steps": [
        {"key": "signed", "type": "confirmed", "label": text("Signed by the firm")},
        {
            "key": "remote", "type": "cap", "label": text("Work from afar"), "where": {"remote": True},
            "at_most": {"share": "20%", "of": "required", "rule": "hours"},
        },
    ],
    "requirements": [
        {"key": "hours", "type": "time", "label": text("Hours in the firm"), "at_least": {"hours": 300}},
        {"key": "recognised", "type": "hosts", "label": text("Recognised firm"), "are": {"recognised": True}},
        {
            "key": "experienced", "type": "condition", "label": text("Has begun"),
            "holds": {"facts": {"pathway": ["BOL"]}, "facts_at_least": {"earlier_minutes": 60}},
        },
    ],
    "working_time": [
        {"key": "young", "label": text("Under 18"), "ages": {"from": 16, "below": 18}, "per_day": {"hours": 8},
         "night": {"from": "22:00", "to": "06:00"}},
    ],
    "awards": [
        {"key": "unit", "type": "whole", "label": text("One unit"), "measure": "unit", "give": "1", "needs": ["hours"]},
    ],
    "money": [{"key": "daily", "label": text("Money for lunch"), "currency": "EUR", "cents": 1250}],
    "reports": [
        {"key": "end-report", "label": text("Report at the end"), "match": {"kind": "report"},
         "due": {"anchor": "end", "days": 14}},
    ],
    "gates": [{"key": "exam", "label": text("Examination"), "needs": ["hours"]}],
    "consideration": {
        "rules": ["hours"], "reasons": {"illness": text("Illness")}, "not_below": {"hours": 200},
    },
}  # fmt: skip


def changed(**fields: Any) -> dict[str, Any]:
    return copy.deepcopy(RULES) | fields


def with_hours(count: int) -> dict[str, Any]:
    found = copy.deepcopy(RULES)
    found["requirements"][0]["at_least"]["hours"] = count
    return found


def as_file(content: Any, name: str = "rules.json") -> SimpleUploadedFile:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return SimpleUploadedFile(name, raw, content_type="application/json")
