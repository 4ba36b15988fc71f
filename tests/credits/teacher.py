"""A teacher's process: one answer for each line that it reads. The first argument is the teacher, by number.

`look` answers with the fingerprint of what there is to decide on; `decide MINUTES SEEN` with done, refused, or lost
when the database went away, after which nobody knows whether it was done.
"""

import sys
from datetime import UTC, datetime

import django

django.setup()

from django.db import InterfaceError, OperationalError, close_old_connections  # noqa: E402

from accounts.roles import Role  # noqa: E402
from core.workflow import Refused  # noqa: E402
from credits.models import Evaluation  # noqa: E402
from credits.workflow import decide, propose  # noqa: E402
from demo.lives import actor  # noqa: E402
from schools.models import Enrolment  # noqa: E402

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


def answer(words: list[str]) -> str:
    enrolment = Enrolment.objects.get(student__person__given_name="Per", student__person__family_name="Ek")
    person = [enrolment.teacher, enrolment.placements.get().teacher][int(sys.argv[1])]
    by = actor(Role.TEACHER, person)
    if words[0] == "look":
        propose(enrolment=enrolment, by=by, at=NOW)
        return Evaluation.objects.filter(enrolment=enrolment).latest("pk").evidence_hash
    said = {"outcome": "partly", "minutes": int(words[1]), "reason": "A part.", "seen": words[2]}
    decide(enrolment=enrolment, person=person, by=by, at=NOW, **said)
    return "done"


for line in sys.stdin:
    close_old_connections()
    try:
        said = answer(line.split())
    except Refused:
        said = "refused"
    except (OperationalError, InterfaceError):
        said = "lost"
    sys.stdout.write(f"{said}\n")
    sys.stdout.flush()
