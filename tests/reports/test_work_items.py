"""What needs a coordinator, from facts alone."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from accounts.models import Person
from placements.models import Agreement, Placement, Signature
from reminders.due import Calendar
from reports.work_items import Facts, Urgency, items, sign_horizon, silence_limit

TODAY = date(2026, 11, 24)
CALENDAR = Calendar(ZoneInfo("Europe/London"), frozenset())
ME = 7


def placement(**values):
    person = Person(given_name="Ada", family_name="Brandt")
    return Placement(pk=1, learner=person, **{"starts_on": TODAY, "ends_on": TODAY + timedelta(days=60), **values})


def items_of(**facts):
    return items([Facts(**facts)], viewer_id=ME, today=TODAY, calendar=CALENDAR)


def open_place(party, person_id):
    return Signature(party=party, person_id=person_id)


def test_the_days_are_working_days_of_the_school():
    assert sign_horizon(TODAY, CALENDAR) == date(2026, 12, 1)
    assert silence_limit(TODAY, CALENDAR) == date(2026, 11, 17)
    closed = Calendar(ZoneInfo("Europe/London"), frozenset({date(2026, 11, 23)}))
    assert silence_limit(TODAY, closed) == date(2026, 11, 16)


def test_an_agreed_placement_and_one_that_starts_later_need_nobody():
    assert items_of(placement=placement(), agreement=None, agreed=True) == []
    assert items_of(placement=placement(starts_on=date(2026, 12, 2)), agreement=None) == []
    assert len(items_of(placement=placement(starts_on=date(2026, 12, 1)), agreement=None)) == 1


def test_a_start_without_agreement_comes_first_and_says_what_is_missing():
    draft = Agreement(state=Agreement.State.DRAFT)
    (found,) = items_of(placement=placement(), agreement=draft)
    assert (found.urgency, found.label, found.step.label) == (
        Urgency.NOW, "Start without agreement", "Send for signing",
    )  # fmt: skip
    assert found.why == "Planned start was Tue 24 Nov. The plan has not been sent for signing."


def test_a_refused_agreement_asks_for_a_new_plan():
    refused = Agreement(state=Agreement.State.REFUSED)
    (found,) = items_of(placement=placement(), agreement=refused)
    assert found.step.label == "Write the plan"


def test_who_has_not_signed_is_named_by_side_and_called_before_oneself():
    places = (open_place("guardian", 3), open_place("school", ME))
    asked = Agreement(state=Agreement.State.PARTLY_SIGNED)
    (found,) = items_of(placement=placement(), agreement=asked, signatures=places, asked_on=date(2026, 11, 20))
    assert found.why.endswith("Not signed yet: Parent or guardian, School; asked on Fri 20 Nov.")
    assert found.step.label == "Call the guardian"


def test_one_placement_may_need_two_things_and_the_oldest_of_the_same_urgency_comes_first():
    running = placement(state=Placement.State.RUNNING)
    found = items_of(
        placement=running,
        agreement=None,
        differ_days=1,
        differ_logged=450,
        differ_confirmed=300,
        differ_since=date(2026, 11, 19),
        silent_minutes=900,
        silent_since=date(2026, 11, 9),
    )
    assert [item.label for item in found] == ["Hours differ", "Not confirmed"]
    assert found[0].why == "Student logged 7 h 30, host confirmed 5 h. 1 day differs."
    assert found[1].why == "The host has not confirmed 15 h yet; the oldest day is Mon 9 Nov."
