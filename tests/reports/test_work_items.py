"""What needs a coordinator, from facts alone."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from accounts.models import Person
from placements.models import Agreement, HostRequest, Placement, Signature
from reminders.due.calendar import Calendar
from reports.item import Facts, Request, Silence, Undelivered, Urgency
from reports.silence import silence_limit
from reports.work_items import items, sign_horizon

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


def test_a_host_that_was_called_about_its_signature_is_called_again_from_the_next_day_on():
    asked = {"agreement": Agreement(state=Agreement.State.PARTLY_SIGNED), "signatures": (open_place("host", 3),)}
    soon, yesterday = placement(starts_on=date(2026, 11, 27)), date(2026, 11, 23)
    assert items_of(placement=soon, **asked, called_on=TODAY) == []
    assert [item.step.label for item in items_of(placement=soon, **asked, called_on=yesterday)] == ["Call the host"]
    assert [item.label for item in items_of(placement=placement(), **asked, called_on=TODAY)] == [
        "Start without agreement"
    ]


def test_a_call_about_other_things_hides_no_signature_that_the_school_has_to_give():
    places = (open_place("school", ME),)
    asked = Agreement(state=Agreement.State.PARTLY_SIGNED)
    soon = placement(starts_on=date(2026, 11, 27))
    (found,) = items_of(placement=soon, agreement=asked, signatures=places, called_on=TODAY)
    assert found.step.label == "Read and sign"


def test_one_placement_may_need_two_things_and_the_oldest_of_the_same_urgency_comes_first():
    running = placement(state=Placement.State.RUNNING)
    found = items_of(
        placement=running,
        agreement=None,
        differ_days=1,
        differ_logged=450,
        differ_confirmed=300,
        differ_since=date(2026, 11, 19),
        silence=Silence(900, 2, date(2026, 11, 9)),
    )
    assert [item.label for item in found] == ["Hours differ", "Not confirmed"]
    assert found[0].why == "Student logged 7 h 30, host confirmed 5 h. 1 day differs."
    assert found[1].why == "The host has not confirmed 15 h yet; the oldest day is Mon 9 Nov."


def running(**facts):
    """What needs somebody about a placement that is at work since October."""
    at_work = placement(state=Placement.State.RUNNING, starts_on=date(2026, 10, 5))
    return items_of(placement=at_work, agreement=None, **facts)


def words(found):
    return [(item.label, item.step.label) for item in found]


def test_a_host_that_said_no_or_nothing_makes_room_for_the_next_one():
    said_no = Request(HostRequest.State.DECLINED, date(2026, 11, 20), "full")
    (found,) = items_of(placement=placement(), agreement=None, request=said_no)
    assert (found.label, found.step.label, found.since) == ("Declined", "Ask the next host", date(2026, 11, 20))
    assert found.why == "The host said no on Fri 20 Nov: No place free."
    lapsed = Request(HostRequest.State.LAPSED, date(2026, 11, 19))
    (found,) = items_of(placement=placement(), agreement=None, request=lapsed)
    assert found.why == "The request to the host is closed since Thu 19 Nov without an answer."


def test_a_request_that_is_open_accepted_or_overtaken_by_an_agreement_needs_nobody():
    far = placement(starts_on=date(2026, 12, 20), ends_on=date(2027, 1, 20))
    for state in (HostRequest.State.OPEN, HostRequest.State.ACCEPTED):
        assert items_of(placement=far, agreement=None, request=Request(state, TODAY)) == []
    sent = Agreement(state=Agreement.State.PROPOSED)
    said_no = Request(HostRequest.State.DECLINED, TODAY, "full")
    assert items_of(placement=far, agreement=sent, request=said_no) == []


def test_where_a_colleague_is_written_to_the_school_calls_four_working_days_later():
    week = Silence(900, 2, date(2026, 11, 9))
    assert words(running(silence=week)) == [("Not confirmed", "Call the host")]
    assert running(silence=week, has_colleague=True) == []
    older = Silence(900, 2, date(2026, 11, 2))
    assert words(running(silence=older, has_colleague=True)) == [("Not confirmed", "Call the host")]


def test_after_a_call_the_host_has_two_working_days_and_is_silent_then():
    week = Silence(900, 2, date(2026, 11, 2))
    assert running(silence=week, called_on=date(2026, 11, 20)) == []
    (found,) = running(silence=week, called_on=date(2026, 11, 19))
    assert (found.label, found.step.label) == ("Host silent", "Use another proof")
    assert found.why.endswith(
        "You talked to the host on Thu 19 Nov. Use another proof; the student is never failed for it."
    )
    assert running(silence=week, called_on=date(2026, 11, 19), substituted_on=date(2026, 11, 23)) == []


def test_a_call_from_before_the_silence_is_no_call_about_it():
    week = Silence(900, 2, date(2026, 11, 9))
    found = running(silence=week, called_on=date(2026, 11, 5), substituted_on=date(2026, 11, 5))
    assert words(found) == [("Not confirmed", "Call the host")]


def test_a_host_is_not_called_before_it_was_asked_in_the_rhythm_of_the_plan():
    since = date(2026, 10, 28)
    assert words(running(silence=Silence(840, 2, since, "monthly"))) == [("Not confirmed", "Call the host")]
    assert running(silence=Silence(840, 2, date(2026, 11, 4), "monthly")) == []
    assert running(silence=Silence(840, 2, since, "four_days")) == []
    assert words(running(silence=Silence(1680, 4, since, "four_days"))) == [("Not confirmed", "Call the host")]
    assert words(running(silence=Silence(840, 2, date(2026, 10, 14), "four_days"))) == [
        ("Not confirmed", "Call the host")
    ]


def test_closing_feedback_goes_the_same_way():
    over = placement(state=Placement.State.ENDED, starts_on=date(2026, 9, 1), ends_on=date(2026, 11, 10))
    facts = {"placement": over, "agreement": None, "feedback_missing": True}
    assert words(items_of(**facts)) == [("No feedback", "Call the host")]
    assert words(items_of(**facts, has_colleague=True)) == [("No feedback", "Call the host")]
    assert words(items_of(**facts, called_on=date(2026, 11, 18))) == [("Host silent", "Use another proof")]


def test_a_student_who_was_reminded_three_times_is_called():
    assert running(nudges=2, nudged_since=date(2026, 11, 18)) == []
    (found,) = running(nudges=3, nudged_since=date(2026, 11, 18))
    assert (found.label, found.step.label) == ("No days logged", "Call the student")
    assert found.why == "The student was reminded on 3 evenings from Wed 18 Nov and has logged nothing."


def test_two_letters_that_did_not_arrive_are_a_task():
    assert running(undelivered=Undelivered("guardian", 1, date(2026, 11, 20))) == []
    (found,) = running(undelivered=Undelivered("guardian", 2, date(2026, 11, 20)))
    assert found.label == "Letters do not arrive"
    assert found.step.url == f"/letters/?placement={found.placement.public_id}"
    assert found.why == "2 letters did not arrive: Parent or guardian. Ask for an address that works."
