"""A plain installation that is in a hurry: the clock wakes the worker every two seconds, a letter is lent for ten."""

from config.settings.base import *

SECRET_KEY = "only-for-processes-that-are-killed-" + "0" * 40
LETTERS_LENT_FOR = timedelta(seconds=10)
CELERY_BEAT_SCHEDULE = {
    name: {**entry, "schedule": 2.0, "options": {"expires": 2}}
    for name, entry in CELERY_BEAT_SCHEDULE.items()
    if entry["task"].startswith("reminders.")
}
