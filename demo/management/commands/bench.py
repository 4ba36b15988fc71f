import json
import os
import platform

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection, transaction
from django.utils import timezone

from demo import measure, measure_credit, measure_letters, measure_search, scale, scale_credit
from schools.models import Student
from schools.rule_sets import shipped
from schools.skills import shipped as shipped_skills

SMALL = 10_000
"""Students of the world with which a larger one is compared."""


class Command(BaseCommand):
    help = "Measure pages, a replay of credit and a sweep for letters on scale worlds; writes build/bench.json."

    def add_arguments(self, parser):
        parser.add_argument("--students", type=int, default=10_000)
        parser.add_argument("--requests", type=int, default=200)
        parser.add_argument(
            "--replay-students",
            type=int,
            default=10_000,
            help="how many students, of 90 entries each, are replayed; 0 leaves the replay out",
        )
        parser.add_argument(
            "--deadlines",
            type=int,
            default=1_000_000,
            help="how many open deadlines lie there while 5,000 are due; 0 leaves the sweep out",
        )

    def handle(self, *args, students: int, requests: int, replay_students: int, deadlines: int, **options):
        shipped.load(at=timezone.now())
        shipped_skills.load()
        small = self._small_world(requests) if students > SMALL and not Student.objects.exists() else []
        if not Student.objects.exists():
            scale.seed(students=students, today=timezone.localdate(), say=self.stdout.write)
        pages = measure.figures(students=Student.objects.count(), requests=requests)
        searches = measure_search.figures(students=Student.objects.count(), requests=requests)
        self.stdout.write(
            f"{platform.machine()}, {os.cpu_count()} cores, {measure_letters.server()}, {requests} requests each"
        )
        self._show_pages(pages, measure.against(small, pages) if small else {})
        self._show_searches(searches)
        sweeps = self._sweeps(deadlines)
        replays = self._replays(replay_students)
        target = settings.BASE_DIR / "build" / "bench.json"
        target.parent.mkdir(exist_ok=True)
        target.write_text(
            json.dumps(
                {"pages": pages, "small": small, "searches": searches, "sweeps": sweeps, "replays": replays}, indent=1
            )
        )

    def _small_world(self, requests: int) -> list[dict]:
        """The pages of a small world in the same database, of which nothing stays."""
        with transaction.atomic():
            scale.seed(students=SMALL, today=timezone.localdate(), say=self.stdout.write)
            pages = measure.figures(students=SMALL, requests=requests)
            transaction.set_rollback(True)
        self._show_pages(pages, {})
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
        return pages

    def _show_pages(self, rows: list[dict], times: dict[str, float]) -> None:
        """`times` says how many times as long a page takes as in the small world, where that was measured."""
        self.stdout.write(
            f"{'page':32} {'page ms':>9} {'sql ms':>9} {'ratio':>7} {'queries':>8} {'bytes':>8} {'to small':>9}"
        )
        for row in rows:
            self.stdout.write(
                f"{row['name']:32} {row['median_ms']:9.2f} {row['sql_ms']:9.2f} {row['ratio']:7.2f} "
                f"{row['queries']:8} {row['bytes']:8} {times.get(row['name'], ''):>9}"
            )

    def _show_searches(self, rows: list[dict]) -> None:
        for row in rows:
            self.stdout.write(
                f"search, {row['kind']:24} median {row['median_ms']:.1f} ms, 95 % within {row['p95_ms']:.1f} ms, "
                f"most {row['most_ms']:.1f} ms"
            )

    def _sweeps(self, deadlines: int) -> list[dict]:
        if not deadlines:
            return []
        rows = measure_letters.figures(deadlines=deadlines, today=timezone.localdate())
        names = ("open", "due", "letters", "sweep_s", "sql_s", "ratio", "statements", "peak_mb")
        self.stdout.write("sweep   " + "".join(f"{name:>11}" for name in names) + "  index")
        for row in rows:
            self.stdout.write(" " * 8 + "".join(f"{row[name]:11}" for name in names) + f"  {row['index']}")
        return rows

    def _replays(self, students: int) -> list[dict]:
        if not students:
            return []
        if scale_credit.has_real_schools():
            self.stdout.write("This database has schools of its own: the replay is left out.")
            return []
        if not scale_credit.is_there():
            scale_credit.seed(students=students, today=timezone.localdate(), say=self.stdout.write)
            scale_credit.analyse()
        rows = measure_credit.figures(students=students, today=timezone.localdate())
        names = ("students", "entries", "bare_s", "fetch_s", "ratio", "papers_us", "engine_us", "peak_mb")
        self.stdout.write("replay  " + "".join(f"{name:>11}" for name in names))
        for row in rows:
            self.stdout.write(" " * 8 + "".join(f"{row[name]:11}" for name in names))
        return rows
