from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from reports import moves


class Command(BaseCommand):
    help = "Write the tables of moves into docs/moves.md."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        (settings.BASE_DIR / "docs" / "moves.md").write_text(moves.page(), encoding="utf-8")
