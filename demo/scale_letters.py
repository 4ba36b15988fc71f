"""Deadlines put beside the world of demo.scale: what hosts are asked on a Wednesday evening, and what comes later.

What is due then comes from the facts, as the program itself stores it, and new links that were asked for. What comes
later is of people of their own, four deadlines for each, and filled by SQL: a sweep must not even look at it.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from accounts.models import Link
from core.models import Transition
from placements.models import Placement
from reminders.due.lines import LATE
from reminders.following import follow
from reminders.models import Due, Handled, Kind, Reader, Reason

EACH = 4
ASKED_AT = time(17, 30)

# `n` numbers the people from 0, `k` the schools.
LATER = [
    """CREATE TEMP TABLE s ON COMMIT DROP AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS k, count(*) OVER () AS schools
         FROM accounts_organisation WHERE name LIKE 'School _____'""",
    """CREATE TEMP TABLE h ON COMMIT DROP AS
         SELECT nextval(pg_get_serial_sequence('accounts_person', 'id')) AS id, n
         FROM generate_series(0, %(later)s / %(each)s - 1) n""",
    """INSERT INTO accounts_person (id, public_id, given_name, family_name, sort_key, language)
         SELECT id, gen_random_uuid(), 'Reader', 'Number' || lpad(n::text, 7, '0'),
           'number' || lpad(n::text, 7, '0') || ' reader', 'en' FROM h""",
    """INSERT INTO reminders_due (kind, subject_id, series, round, person_id, school_id, reader, about_placement_id, due_at,
           state, reason, field, seen)
         SELECT 'confirm', h.id, '', '+' || i, h.id, s.id, 'host', h.id, %(now)s + interval '1 hour' * (i + h.n %% 4000),
           'waiting', '', 'week_confirmation.answered_at', ''
         FROM h JOIN s ON s.k = h.n %% s.schools, generate_series(1, %(each)s) i""",
    "ANALYZE",
]


def moment(today: date) -> datetime:
    """When the hosts of the world of that day are asked about its last week: Wednesday, half past five."""
    monday = today - timedelta(days=today.weekday() + 7)
    return datetime.combine(monday + timedelta(days=2), ASKED_AT, tzinfo=ZoneInfo("Europe/London"))


def seed(*, due: int, later: int, now: datetime) -> None:
    """At least `due` rows that are due at `now`, and `later` ones that are not. Comes in a transaction."""
    _ask(now)
    earlier = Due.objects.filter(state=Due.State.WAITING, due_at__lt=now - LATE)
    earlier.update(state=Due.State.SKIPPED, reason=Reason.TOO_LATE)
    _renew(due - Due.objects.filter(state=Due.State.WAITING, due_at__lte=now).count(), now)
    with connection.cursor() as cursor:
        for statement in LATER:
            cursor.execute(statement, {"later": later, "each": EACH, "now": now})


def _ask(now: datetime) -> None:
    """Follow the starts of all placements as if they had just happened."""
    starts = Transition.objects.filter(noun="placement", verb="start").values("pk")
    Handled.objects.filter(transition_id__in=starts).delete()
    while follow(now=now):
        pass


def _renew(count: int, now: datetime) -> None:
    """New links for people who guide students, one for each."""
    segments = Placement.objects.order_by("pk").values_list("segments__supervisor__person", "school")
    people = list(dict(segments.filter(segments__supervisor__isnull=False)).items())[: max(count, 0)]
    links = Link.objects.bulk_create(
        Link(
            token_hash=f"{number:064}",
            person_id=person,
            school_id=school,
            purpose=Link.Purpose.CONFIRM,
            subject_id=0,
            created_at=now - timedelta(days=31),
            expires_at=now,
        )
        for number, (person, school) in enumerate(people)
    )
    Due.objects.bulk_create(
        Due(
            kind=Kind.LINK,
            subject_id=link.pk,
            round="asked",
            person_id=link.person_id,
            school_id=link.school_id,
            reader=Reader.HOST,
            due_at=now,
        )
        for link in links
    )
