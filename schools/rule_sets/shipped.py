"""The rule sets that come with the program: one JSON file each, loaded by `manage.py load_rule_sets`."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from schools.models import RuleSet, RuleSetVersion
from schools.rule_sets.document import RuleSet as Document
from schools.rule_sets.reading import content_hash, read_rule_set

FOLDER = Path(__file__).parent / "files"


def files() -> list[Path]:
    return sorted(FOLDER.glob("*.json"))


@transaction.atomic
def load(*, at: datetime) -> int:
    """Store every shipped wording that is not there yet; how many were new. Twice is like once."""
    return sum(_load(path, at) for path in files())


def _load(path: Path, at: datetime) -> bool:
    text = path.read_text(encoding="utf-8")
    found = read_rule_set(text)
    rule_set, _new = RuleSet.objects.get_or_create(key=found.key, school=None, defaults={"general": found.general})
    return add_version(rule_set, found, json.loads(text), at=at)[1]


@transaction.atomic
def add_version(rule_set: RuleSet, found: Document, content: Any, *, at: datetime) -> tuple[RuleSetVersion, bool]:
    """The version with this wording, and whether it is new; numbers are given out under a lock on the rule set."""
    RuleSet.objects.select_for_update().get(pk=rule_set.pk)
    wording = content_hash(content)
    known = rule_set.versions.filter(hash=wording).first()
    if known:
        return known, False
    newest = rule_set.versions.order_by("-number").first()
    version = RuleSetVersion.objects.create(
        rule_set=rule_set,
        number=newest.number + 1 if newest else 1,
        content=content,
        hash=wording,
        name=found.name.en,
        chosen_by=found.chosen_by,
        valid_from=found.valid_from,
        valid_to=found.valid_to,
        at=at,
    )
    return version, True
