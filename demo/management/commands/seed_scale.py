import time

from django.core.management.base import BaseCommand
from django.utils import timezone

from demo import scale


class Command(BaseCommand):
    help = "Fill an empty database with a large world for measuring."

    def add_arguments(self, parser):
        parser.add_argument("--students", type=int, default=10_000)

    def handle(self, *args, students: int, **options):
        begin = time.monotonic()
        scale.seed(
            students=students,
            today=timezone.localdate(),
            say=lambda step: self.stdout.write(f"{time.monotonic() - begin:7.1f} s  {step}"),
        )
        self.stdout.write(f"{time.monotonic() - begin:7.1f} s  {students} students are there")
