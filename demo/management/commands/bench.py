import json
import os
import platform

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from demo import measure, scale
from schools.models import Student


class Command(BaseCommand):
    help = "Measure each home page and list on a scale world; writes build/bench.json."

    def add_arguments(self, parser):
        parser.add_argument("--students", type=int, default=10_000)
        parser.add_argument("--requests", type=int, default=200)

    def handle(self, *args, students: int, requests: int, **options):
        if not Student.objects.exists():
            scale.seed(students=students, today=timezone.localdate(), say=self.stdout.write)
        rows = measure.figures(students=Student.objects.count(), requests=requests)
        target = settings.BASE_DIR / "build" / "bench.json"
        target.parent.mkdir(exist_ok=True)
        target.write_text(json.dumps(rows, indent=1))
        self.stdout.write(
            f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, {requests} requests each"
        )
        self.stdout.write(f"{'page':32} {'page ms':>9} {'sql ms':>9} {'ratio':>7} {'queries':>8} {'bytes':>8}")
        for row in rows:
            self.stdout.write(
                f"{row['name']:32} {row['median_ms']:9.2f} {row['sql_ms']:9.2f} {row['ratio']:7.2f} "
                f"{row['queries']:8} {row['bytes']:8}"
            )
