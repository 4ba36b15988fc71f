from django.core.management.base import BaseCommand

from schools.skills import shipped


class Command(BaseCommand):
    help = "Store the scales of skills that come with the program; marks on them and a school's own skills stay."

    def handle(self, *args, **options):
        new = shipped.load()
        self.stdout.write(f"{new} new of {len(shipped.files())} scales.")
