"""Wake-up calls for workers. They carry only ids, may come twice or never: the rows in the database are the truth."""

from functools import partial

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from placements import finding
from placements.models import MatchRun


@shared_task
def find_places(run_id: int) -> None:
    finding.find_places(run_id)


@shared_task
def pick_up_runs() -> None:
    """Every minute: a run of the matching that waits for a worker and has none is taken up."""
    for run in MatchRun.objects.filter(finding.stopped(timezone.now())).order_by("pk"):
        wake(run)


def wake(run: MatchRun) -> None:
    """Call a worker once the present transaction is in the database. A broker that is down does no harm."""
    transaction.on_commit(partial(find_places.delay, run.pk), robust=True)
