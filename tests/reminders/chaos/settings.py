"""A plain installation that is in a hurry: the clock wakes the worker every 2 s, a letter is lent for 20 s."""

from config.settings.base import *

SECRET_KEY = "only-for-processes-that-are-killed-" + "0" * 40
LETTERS_LENT_FOR = timedelta(seconds=20)
CELERY_BEAT_SCHEDULE = {
    name: {**entry, "schedule": 2.0, "options": {"expires": 20}}
    for name, entry in CELERY_BEAT_SCHEDULE.items()
    if entry["task"].startswith("reminders.")
}
