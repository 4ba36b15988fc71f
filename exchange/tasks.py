"""Wake-up calls for workers. They carry only ids, may come twice or never: the rows in the database are the truth."""

from functools import partial

import structlog
from celery import shared_task
from django.db import transaction
from django.utils import timezone

from exchange import reading
from exchange.models import ImportRun

log = structlog.get_logger(__name__)


@shared_task
def read_file(run_id: int) -> None:
    _or_tell(run_id, reading.read_run)


@shared_task
def apply_run(run_id: int) -> None:
    _or_tell(run_id, reading.apply_run)


@shared_task
def pick_up() -> None:
    """Every minute: whoever waits for a worker and has none is taken up; old lines are forgotten."""
    now = timezone.now()
    for run in ImportRun.objects.filter(reading.stopped(now)).order_by("pk"):
        log.info("import_taken_up_again", run=run.pk, state=run.state)
        wake(run)
    reading.forget_old(now)


def wake(run: ImportRun) -> None:
    """Call a worker once the present transaction is in the database. A broker that is down does no harm."""
    task = apply_run if run.state == ImportRun.State.APPLYING else read_file
    transaction.on_commit(partial(task.delay, run.pk), robust=True)


def _or_tell(run_id: int, work) -> None:
    """An error of ours must not leave a page that says "being read" for ever."""
    try:
        work(run_id)
    except Exception:
        log.exception("import_failed", run=run_id)
        reading.break_off(run_id)
