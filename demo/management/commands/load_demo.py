from django.core.management.base import BaseCommand
from django.utils import timezone

from demo import world


class Command(BaseCommand):
    help = "Fill an empty database with the demo world. Does nothing when it is there."

    def handle(self, *args, **options):
        if world.is_loaded():
            self.stdout.write("The demo world is there.")
            return
        world.load(today=timezone.localdate())
        self.stdout.write("The demo world is loaded.")
