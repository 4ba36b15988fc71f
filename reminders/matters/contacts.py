"""Contacts that somebody is asked for, each as one sentence that says what to do."""

from collections.abc import Callable

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from placements.models import Contact, HourClaim, Placement
from placements.queries.due_contacts import facts_for
from placements.rules.contacts import coming
from reminders.letters.parts import Matter
from reminders.matters.placements import matter_of, still_to_come
from reminders.models import Due, Reader
from reminders.ways import Ways

Kind = Contact.Kind
Side = HourClaim.Side

_SIDES = {Reader.HOST: Side.HOST, Reader.STUDENT: Side.STUDENT}
_OWN_PAGES = {Kind.INDUCTION: "placements:induction", Kind.FIRST_WEEK: "placements:first_week"}


def to_meet(rows: list[Due], placements: dict[int, Placement], ways: Ways) -> list[Matter]:
    """The day by which it is due is named to the school alone, which plans it."""
    today = timezone.localdate(ways.now)
    known = {
        (pk, one.kind): one.by
        for pk, facts in facts_for({row.subject_id for row in rows}, today).items()
        for one in coming(facts, today)
    }
    found = []
    for row in rows:
        kind, placement = Kind(row.series.split()[0]), placements[row.subject_id]
        side = Side.STUDENT if kind == Kind.INDUCTION else _SIDES.get(Reader(row.reader), Side.SCHOOL)
        by = known.get((placement.pk, kind)) if side == Side.SCHOOL else None
        matter = matter_of(placement, ways, by=still_to_come(by, ways.now), url=_page(kind, side, placement, ways))
        found.append(matter.saying(f"{kind.value} {side.value}", sentence(kind, side, matter)))
    return found


def _page(kind: Contact.Kind, side: HourClaim.Side, placement: Placement, ways: Ways) -> str:
    if side == Side.HOST:
        return ways.screen(kind.value, placement.public_id)
    if side == Side.STUDENT:
        return ways.page(reverse(_OWN_PAGES[kind], args=[placement.public_id]))
    return ways.page(reverse("placements:contact_form", args=[placement.public_id, kind]))


def sentence(kind: Contact.Kind, side: HourClaim.Side, matter: Matter) -> str:
    """What to do, with the names."""
    return _SENTENCES[kind, side]() % {"student": matter.student, "workplace": matter.workplace}


_SENTENCES: dict[tuple[Contact.Kind, HourClaim.Side], Callable[[], str]] = {
    (Kind.PREPARATION, Side.SCHOOL): lambda: _(
        "Prepare %(student)s for %(workplace)s: goals, safety, rights, how to log and whom to call"
    ),
    (Kind.FIRST_WEEK, Side.SCHOOL): lambda: _("Ask %(student)s and %(workplace)s how the first week goes"),
    (Kind.REVIEW, Side.SCHOOL): lambda: _("Look at half of the hours together with %(student)s and %(workplace)s"),
    (Kind.VISIT, Side.SCHOOL): lambda: _("Visit %(student)s at %(workplace)s, or call by video"),
    (Kind.DEBRIEF, Side.SCHOOL): lambda: _("Plan with %(student)s what of the work at %(workplace)s goes into lessons"),
    (Kind.BRIEFING, Side.HOST): lambda: _(
        "Read four short cards before %(student)s comes: what to let a student do, how to confirm, whom to call"
    ),
    (Kind.FIRST_WEEK, Side.HOST): lambda: _("Say in one tap how it goes with %(student)s, or ask us to call"),
    (Kind.INDUCTION, Side.STUDENT): lambda: _(
        "Tap once you were shown fire exit, first aid, dangers and whom to call at %(workplace)s"
    ),
    (Kind.FIRST_WEEK, Side.STUDENT): lambda: _("Say in one tap how it goes at %(workplace)s"),
}
