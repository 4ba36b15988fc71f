"""The worker of a site under test: for each line that it reads it does what beat wakes every minute."""

import sys

import django

django.setup()

from reminders import tasks  # noqa: E402
from tests.browser import clock  # noqa: E402

for _line in sys.stdin:
    clock.follow()
    tasks.sweep()
    tasks.send_letters()
    sys.stdout.write("done\n")
    sys.stdout.flush()
