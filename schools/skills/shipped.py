"""The scales that come with the program: one JSON file each, loaded by `manage.py load_skills`.

Texts of a scale may be mended in its file; another meaning or another number of levels is a new file with its dates.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from schools.models import Skill, SkillScale

FOLDER = Path(__file__).parent / "files"


def files() -> list[Path]:
    return sorted(FOLDER.glob("*.json"))


@transaction.atomic
def load() -> int:
    """Store every shipped scale with its common skills; how many scales were new. Twice is like once.

    Raises `ValueError` for a scale whose number of levels is another one than before: there may be marks on it.
    """
    return sum(_load(json.loads(path.read_text(encoding="utf-8"))) for path in files())


def _load(content: dict[str, Any]) -> bool:
    levels, valid_to = content["levels"], _day(content["valid_to"])
    scale, new = SkillScale.objects.get_or_create(
        key=content["key"],
        school=None,
        valid_from=_day(content["valid_from"]),
        defaults={"levels": levels, "valid_to": valid_to},
    )
    if len(scale.levels) != len(levels):
        raise ValueError(f"{scale.key} has other levels than before: a new scale needs dates of its own")
    if (scale.levels, scale.valid_to) != (levels, valid_to):
        scale.levels, scale.valid_to = levels, valid_to
        scale.save(update_fields=["levels", "valid_to"])
    for position, skill in enumerate(content["skills"], 1):
        texts = {"position": position, "name": skill["name"], "anchors": skill["anchors"]}
        Skill.objects.update_or_create(scale=scale, programme=None, key=skill["key"], defaults=texts)
    return new


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
