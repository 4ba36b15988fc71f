"""The JSON Schemas (draft 2020-12) of the three documents, made from their fields."""

from typing import Any

from pydantic import TypeAdapter

from credits.rules import reading
from credits.rules.result import Result
from schools.rule_sets import reading as rule_sets

DRAFT = "https://json-schema.org/draft/2020-12/schema"
# What credits.sentences.told adds to the lines of a result.
TOLD = {"label": {"type": "string"}, "sentence": {"type": "string"}}
LINES = ("StepLine", "RequirementLine", "BreachLine", "AwardLine", "MoneyLine", "ReportLine", "GateLine")


def all_of_them() -> dict[str, dict[str, Any]]:
    """By the name of their file in docs/schemas."""
    return {"rule_set": rule_sets.schema(), "evidence": reading.schema(), "decision": decision()}


def decision() -> dict[str, Any]:
    """The answer of evaluate_credit: a result with the words of each line."""
    schema = TypeAdapter(Result).json_schema(mode="serialization")
    parts = schema["$defs"]
    for name in LINES:
        _add(parts[name], TOLD)
    _add(parts["AwardLine"], {"credit_shown": {"type": "string"}})
    _add(parts["Counted"], {"label": {"type": "string"}, "place": {"type": "string"}})
    _add(schema, {"sentence": {"type": "string"}})
    return {"$schema": DRAFT, **schema}


def _add(part: dict[str, Any], more: dict[str, Any]) -> None:
    part["properties"] = {**part["properties"], **more}
    part["required"] = [*part.get("required", []), *more]
    part["additionalProperties"] = False
