"""What Celery wakes up for. Every task takes no more than ids and may run twice: the database decides."""

from celery import shared_task
from django.utils import timezone

from reminders import heartbeats, posting, sweeping
from reminders.models import Heartbeat

AT_ONCE = 500
Part = Heartbeat.Part


@shared_task(name="reminders.tasks.beat")
def beat() -> None:
    """Say that the clock still wakes a worker."""
    heartbeats.note(Part.BEAT, at=timezone.now())


@shared_task(name="reminders.tasks.sweep")
def sweep() -> None:
    """Start and end placements whose day has come, and put what is due into letters."""
    now, decided, to_send = timezone.now(), 0, 0
    for one in sweeping.sweep(now=now):
        decided += 1
        to_send += one.verdict.decision == "send"
    heartbeats.note(Part.SWEEP, at=now, count=decided)
    if to_send:
        send_letters.delay()


@shared_task(name="reminders.tasks.send_letters")
def send_letters() -> None:
    """Send the letters that wait; what is left after a while is for the next minute."""
    sent = 0
    while sent < AT_ONCE and posting.send_next(now=timezone.now()):
        sent += 1
    heartbeats.note(Part.POST, at=timezone.now(), count=sent)
