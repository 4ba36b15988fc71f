"""What Celery wakes up for. Every task takes no more than ids and may run twice: the database decides."""

from celery import shared_task
from django.utils import timezone

from reminders import posting, sweeping

AT_ONCE = 500


@shared_task(name="reminders.tasks.sweep")
def sweep() -> None:
    """Start and end placements whose day has come, and put what is due into letters."""
    now = timezone.now()
    if any(one.verdict.decision == "send" for one in list(sweeping.sweep(now=now))):
        send_letters.delay()


@shared_task(name="reminders.tasks.send_letters")
def send_letters() -> None:
    """Send the letters that wait; what is left after a while is for the next minute."""
    for _turn in range(AT_ONCE):
        if not posting.send_next(now=timezone.now()):
            return
