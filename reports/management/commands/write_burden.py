from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from placements import burden


class Command(BaseCommand):
    help = "Write what hosts are asked for into docs/burden.md."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        (settings.BASE_DIR / "docs" / "burden.md").write_text(burden.page(), encoding="utf-8")
