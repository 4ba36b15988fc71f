"""What a worker does with a run of the matching: after each step it says how far it is, and stops when it is told."""

import uuid
from contextlib import suppress
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core.workflow import Actor, Refused
from placements.matching import explaining, stored
from placements.matching.solving import Unsolved, solve
from placements.models import MatchRun
from placements.workflow.matching import RUNS, SILENT, State

log = structlog.get_logger(__name__)

SYSTEM = Actor.system()
SOLVED = 70
"""Per cent of the bar that the solver fills; the rest are explanations."""


class Stopped(Exception):
    """Somebody has stopped this run, or another worker has it."""


def find_places(run_id: int) -> None:
    """Work on a run to its end. Can run twice: whoever comes second finds it taken, or over."""
    run = _begin(run_id, timezone.now())
    if run is None:
        return
    try:
        problem = stored.from_json(run.problem)
        matching = solve(problem, lambda done, of: _tell(run, SOLVED * done // of))
        without = [seeker for seeker in problem.seekers if seeker.key not in matching.place_of]
        turns = iter(range(len(without)))
        unmatched = explaining.unmatched(
            problem, matching, lambda: _tell(run, SOLVED + (100 - SOLVED) * next(turns) // len(without))
        )
        _end(run, "finish", result=stored.answer(problem, matching, unmatched), progress=100)
    except Stopped:
        return
    except Unsolved:
        _end(run, "fail")
    except Exception:
        _end(run, "fail")  # else it would be taken up again and again
        raise


def stopped(at: datetime) -> Q:
    """Runs that wait for a worker and have none."""
    return Q(state=State.WAITING, at__lt=at - SILENT) | Q(state=State.RUNNING, heard_at__lt=at - SILENT)


@transaction.atomic
def _begin(run_id: int, at: datetime) -> MatchRun | None:
    run = MatchRun.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=run_id).first()
    if run is None or run.state not in MatchRun.OPEN:
        return None
    if run.state == State.RUNNING and run.heard_at and at - run.heard_at < SILENT:
        return None
    RUNS.apply(run, "begin", by=SYSTEM, at=at, started_at=at, heard_at=at, claim=uuid.uuid4(), progress=0)
    return run


def _tell(run: MatchRun, progress: int) -> None:
    """Raises `Stopped` when the run is not this worker's any more."""
    mine = MatchRun.objects.filter(pk=run.pk, state=State.RUNNING, claim=run.claim)
    if not mine.update(progress=progress, heard_at=timezone.now()):
        raise Stopped


def _end(run: MatchRun, verb: str, **changes) -> None:
    with suppress(Refused), transaction.atomic():
        MatchRun.objects.select_for_update(of=("self",)).filter(pk=run.pk, claim=run.claim).get()
        RUNS.apply(run, verb, by=SYSTEM, at=timezone.now(), finished_at=timezone.now(), **changes)
        log.info("match_run_over", run=run.pk, verb=verb)
