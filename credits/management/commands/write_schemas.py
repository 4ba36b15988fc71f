import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from credits import schemas


class Command(BaseCommand):
    help = "Write the JSON Schemas of rule set, evidence and answer into docs/schemas."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for name, schema in schemas.all_of_them().items():
            target = settings.BASE_DIR / "docs" / "schemas" / f"{name}.json"
            target.write_text(json.dumps(schema, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
