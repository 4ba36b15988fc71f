"""A year of the demo world, day by day: how many letters of which kind in which month, and what never happens.

letters.csv was read line by line. When the counts change, run this with YEAR=write and read what it has written.
"""

import csv
import os
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest
from django.db.models import Count

from demo import world
from demo.cast import HARBOUR
from employers.models import Supervisor
from placements.models import Feedback, FollowUp, HostRequest, Placement, Signature, WorkEntry
from reminders.due import few
from reminders.models import Due, Kind, Outbox, Reader
from tests.conftest import TODAY
from tests.demo.test_world import set_the_small_world_aside
from tests.demo.year.play import ZONE, Year

DAYS = 365
TABLE = Path(__file__).with_name("letters.csv")
WEEKLY = (Kind.CONFIRM, Kind.COLLEAGUE)
AFTER_THE_END = frozenset(
    {
        Kind.ANSWERED,
        Kind.ASSESS,
        Kind.COLLEAGUE,
        Kind.CONFIRM,
        Kind.CONTACT,
        Kind.CREDITED,
        Kind.FEEDBACK,
        Kind.FOLLOW_UP,
        Kind.HOURS_CHANGED,
        Kind.LINK,
        Kind.LOOK_AGAIN,
        Kind.REFLECT,
        Kind.THANKS,
        Kind.USED,
    }
)
"""What is asked for or told once the last day is over; nothing else is."""


@pytest.mark.whole
@pytest.mark.django_db
def test_a_year_of_the_demo_world():
    set_the_small_world_aside()
    world.load(today=TODAY)
    assert Placement.objects.filter(school__name=HARBOUR).count() == 184
    year = Year(TODAY).play(DAYS)
    assert year.readers.refused == []
    nobody_gets_more_than_one_letter_a_day(year)
    nothing_is_asked_for_that_was_answered(year)
    after_the_end_only_what_belongs_there_is_asked_for(year)
    no_host_gets_more_than_it_should()
    nothing_that_was_due_waits_for_ever(year)
    letters_by_kind_and_month_are_those_of_the_table(year)


def nobody_gets_more_than_one_letter_a_day(year: Year) -> None:
    days = Counter((letter.person_id, local(letter.sent_at)) for letter in year.sent if not letter.apart)
    assert [day for day, count in days.items() if count > 1] == []


def nothing_is_asked_for_that_was_answered(year: Year) -> None:
    """Each line of each letter that left is compared with the moment of the answer, where there is one."""
    answered = {kind: dict(moments()) for kind, moments in ANSWERED.items()}
    chased = [
        (row.kind, row.subject_id, row.round)
        for letter in year.sent
        for row in letter.due.filter(state=Due.State.IN_LETTER, kind__in=ANSWERED)
        if (at := answered[Kind(row.kind)].get(row.subject_id)) and at < letter.sent_at
    ]
    assert chased == []
    assert sum(len(moments) for moments in answered.values()) > 300
    assert open_weeks_only(year) == []


def open_weeks_only(year: Year) -> list[Due]:
    """Weeks that were asked for although all their days had been answered before."""
    return [
        row
        for letter in year.sent
        for row in letter.due.filter(state=Due.State.IN_LETTER, kind__in=(Kind.CONFIRM, Kind.COLLEAGUE)).exclude(
            series=""
        )
        if not unanswered(row, letter.sent_at)
    ]


def unanswered(row: Due, at: datetime) -> bool:
    first = date.fromisoformat(row.series)
    entries = WorkEntry.objects.filter(placement=row.subject_id, day__gte=first, logged_at__lte=at)
    days = [entry for entry in entries.prefetch_related("claims") if (entry.day - first).days < 7]
    said = [any(claim.side == "host" and claim.at < at for claim in entry.claims.all()) for entry in days]
    return not all(said)


def after_the_end_only_what_belongs_there_is_asked_for(year: Year) -> None:
    ends = dict(Placement.objects.values_list("pk", "ends_on"))
    late = Counter(
        row.kind
        for letter in year.sent
        for row in letter.due.filter(state=Due.State.IN_LETTER, about_placement_id__isnull=False)
        if local(letter.sent_at) > ends[row.about_placement_id] and row.kind not in AFTER_THE_END
    )
    assert late == {}


def no_host_gets_more_than_it_should() -> None:
    sent = Outbox.objects.filter(reader=Reader.HOST, apart=False, sent_at__isnull=False)
    by_year = sent.values_list("employer", "day__year").annotate(letters=Count("pk")).order_by()
    guides = dict(Supervisor.objects.values_list("site__employer").annotate(Count("person", distinct=True)).order_by())
    assert [row for row in by_year if row[2] > few.most_a_year(guides.get(row[0], 1))] == []
    about = (
        Due.objects.filter(outbox__in=sent, about_placement_id__isnull=False)
        .values_list("about_placement_id")
        .annotate(letters=Count("outbox", distinct=True))
        .order_by()
    )
    weeks = {one.pk: (one.ends_on - one.starts_on).days // 7 + 1 for one in Placement.objects.all()}
    assert [row for row in about if row[1] > few.most_about(weeks[row[0]])] == []


def nothing_that_was_due_waits_for_ever(year: Year) -> None:
    assert list(Due.objects.filter(state=Due.State.WAITING, due_at__lt=year.now).values_list("kind", flat=True)) == []
    assert not Outbox.objects.filter(state__in=(Outbox.State.WAITING, Outbox.State.SENDING)).exists()


def letters_by_kind_and_month_are_those_of_the_table(year: Year) -> None:
    found = Counter(
        (row.kind, f"{letter.day:%Y-%m}")
        for letter in year.sent
        for row in {row.kind: row for row in letter.due.filter(state=Due.State.IN_LETTER)}.values()
    )
    if os.environ.get("YEAR") == "write":
        write(found)
    assert found == read()


def write(found: Counter) -> None:
    months = sorted({month for _kind, month in found})
    with TABLE.open("w", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["letter", *months, "year"])
        for kind in Kind:
            counts = [found[kind, month] for month in months]
            table.writerow([kind.value, *counts, sum(counts)])


def read() -> Counter:
    with TABLE.open(newline="") as file:
        rows = list(csv.DictReader(file))
    table = {
        (row["letter"], month): int(count)
        for row in rows
        for month, count in row.items()
        if month not in ("letter", "year") and int(count)
    }
    return Counter(table)


def local(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()


ANSWERED = {
    Kind.SIGN: lambda: Signature.objects.exclude(signed_at=None).values_list("pk", "signed_at"),
    Kind.REQUEST: lambda: HostRequest.objects.exclude(answered_at=None).values_list("pk", "answered_at"),
    Kind.FEEDBACK: lambda: Feedback.objects.values_list("placement", "given_at"),
    Kind.FOLLOW_UP: lambda: FollowUp.objects.exclude(answered_at=None).values_list("placement", "answered_at"),
}
"""When a subject was answered, by its key."""
