"""What students are asked for and told."""

from datetime import date

from django.urls import reverse

from placements.models import Placement
from reminders.letters.parts import Matter
from reminders.matters.placements import matter_of, minutes_of
from reminders.models import Due
from reminders.ways import Ways


def to_log(rows: list[Due], placements: dict[int, Placement], ways: Ways) -> list[Matter]:
    found = []
    for row in rows:
        placement = placements[row.subject_id]
        page = reverse("placements:log", args=[placement.public_id])
        url = ways.page(f"{page}?day={row.series}")
        found.append(matter_of(placement, ways, by=date.fromisoformat(row.series), url=url))
    return found


def changed(rows: list[Due], placements: dict[int, Placement], ways: Ways) -> list[Matter]:
    minutes = minutes_of(rows)
    return [
        matter_of(
            placements[row.subject_id],
            ways,
            week=date.fromisoformat(row.series),
            minutes=minutes[row.subject_id, row.series][0],
            other_minutes=minutes[row.subject_id, row.series][1],
            url=ways.page(reverse("placements:hours", args=[placements[row.subject_id].public_id])),
        )
        for row in rows
    ]
