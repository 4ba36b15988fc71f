from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.models import Organisation
from demo import world


class Command(BaseCommand):
    help = "Fill an empty database with the demo world. Does nothing when it is there."

    def handle(self, *args, **options):
        if world.is_loaded():
            self.stdout.write("The demo world is there.")
            return
        if Organisation.objects.exists():
            self.stdout.write("This database has schools of its own: the demo world is not loaded.")
            return
        world.load(today=timezone.localdate())
        self.stdout.write("The demo world is loaded.")
