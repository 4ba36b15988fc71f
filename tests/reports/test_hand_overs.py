"""A coordinator hands placements and firms over: seen before, with a note, and not over before the receiver has it."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access import person_of
from accounts.models import Person
from accounts.roles import Role
from core.models import Transition
from core.workflow import Actor, Refused
from employers.models import Employer, SchoolEmployer
from employers.workflow import merge_employers
from placements.models import Appointment, Contact, HandOver, Placement, Signature
from placements.workflow.caseload import hand_on, take_over
from reports.item import Kind
from reports.models import Handling
from reports.queries.day import coordinators_day
from tests.placements import college
from tests.placements.college import NOW

PAGE = "reports:hand_on"
NOTE = "Mrs Novak wants to be called before ten."


@pytest.fixture
def school(db):
    return college.build()


@pytest.fixture
def cora(school) -> Person:
    return person_of(school.coordinator)


@pytest.fixture
def january(time_machine):
    time_machine.move_to(datetime(2027, 1, 12, 9, tzinfo=UTC))


@pytest.fixture
def office(client, school):
    client.force_login(school.coordinator.user)
    return client


@pytest.fixture
def paz(school):
    return college.member("Paz Ito", Role.COORDINATOR, school.school)


@pytest.fixture
def colleague(paz) -> Person:
    return person_of(paz)


@pytest.fixture
def firm(school, cora) -> SchoolEmployer:
    """The garage, looked after by Cora."""
    found = SchoolEmployer.objects.get(school=school.school)
    found.owner = cora
    found.save(update_fields=["owner"])
    return found


def give(client, to: Person, *placements: Placement, firms=(), note=NOTE):
    data = {"placements": [one.public_id for one in placements], "firms": [one.public_id for one in firms]}
    return client.post(f"{reverse(PAGE)}?receiver={to.public_id}", data | {"note": note})


def handed(school, to: Person, *placements, firms=(), giver=None, note=NOTE):
    return hand_on(
        school=school.school, placements=placements, firms=firms, to=to, note=note,
        giver=giver or person_of(school.coordinator), by=school.office, at=NOW,
    )  # fmt: skip


def shown(client, receiver: Person, **query):
    return client.get(reverse(PAGE), {"receiver": receiver.public_id, **query})


def cancelled(school) -> Placement:
    placement = school.placement()
    Placement.objects.filter(pk=placement.pk).update(state="cancelled")
    return placement


# ── Before anything changes ──────────────────────────────────────────────────────────────────────────────────────────


def test_the_preview_shows_the_list_as_filtered_with_what_becomes_of_each(school, office, colleague):
    mine, theirs, off = school.placement(), school.placement(coordinator=colleague), cancelled(school)
    page = shown(office, colleague, q="berg")
    assert {line.placement.pk: (line.person, line.why_not) for line in page.context["rows"]} == {
        mine.pk: ("Cora Diaz", ""),
        theirs.pk: ("Paz Ito", "Has it already."),
        off.pk: ("Cora Diaz", "It was cancelled."),
    }
    assert page.context["ticked"] == {str(mine.public_id)}
    assert shown(office, colleague, q="x").context["rows"] == []


def test_the_last_first_day_of_the_list_still_holds(school, office, colleague):
    school.placement(starts_on=date(2027, 1, 4))
    assert len(shown(office, colleague, to="2027-01-04").context["rows"]) == 1
    assert shown(office, colleague, to="2027-01-03").context["rows"] == []


def test_beside_each_placement_stands_what_waits_and_what_was_promised(january, school, office, colleague):
    placement, quiet = school.placement(), school.placement(starts_on=date(2027, 2, 1))
    talk = {"school": school.school, "person": person_of(school.teacher), "at": NOW, "method": "phone"}
    Contact.objects.create(placement=placement, on=date(2027, 1, 7), agreed="A locker by Friday.", **talk)
    Contact.objects.create(placement=placement, on=date(2027, 1, 8), seen="Busy.", **talk)
    visit = {"kind": "visit", "method": "in_person", "minutes": 30, "person": person_of(school.teacher)}
    Appointment.objects.create(
        placement=placement, starts_at=datetime(2027, 1, 14, 10, tzinfo=UTC), made_at=NOW, changed_at=NOW, **visit
    )
    lines = {line.placement.pk: line for line in shown(office, colleague).context["rows"]}
    assert list(lines) == [placement.pk, quiet.pk]
    line = lines[placement.pk]
    assert line.waits == [
        ("Start without agreement", "Planned start was Mon 4 Jan. The plan has not been sent for signing."),
    ]
    assert (line.agreed.on, line.agreed.words) == (date(2027, 1, 7), "A locker by Friday.")
    assert (str(line.next.name), line.next.at) == ("Visit", datetime(2027, 1, 14, 10))
    assert (lines[quiet.pk].waits, lines[quiet.pk].agreed, lines[quiet.pk].next) == ([], None, None)
    text = shown(office, colleague).content.decode()
    assert "Agreed on Thu 7 Jan: A locker by Friday." in text
    assert "Nothing is open" in text


def test_the_firms_of_one_coordinator_stand_below_with_the_last_talk(school, office, colleague, cora, firm):
    talk = {"school": school.school, "employer": firm.employer, "person": cora, "at": NOW, "method": "phone"}
    Contact.objects.create(on=date(2026, 11, 2), seen="Takes two in spring.", **talk)
    other = Employer.objects.create(name="Other", sort_key="other", identity="test:other")
    SchoolEmployer.objects.create(school=school.school, employer=other, owner=colleague)
    for who in ({"coordinator": cora.public_id}, {"mine": 1}):
        (line,) = shown(office, colleague, **who).context["firms"]
        assert (line.relation, line.person, line.talk.words) == (firm, "Cora Diaz", "Takes two in spring.")
    assert shown(office, colleague, coordinator=cora.public_id, q="berg").context["firms"] == []
    assert shown(office, colleague).context["firms"] == []


def test_one_firm_is_handed_over_from_its_page_without_its_placements(school, office, colleague, firm):
    school.placement()
    page = office.get(reverse("employers:employer", args=[firm.employer.public_id])).content.decode()
    assert f"{reverse(PAGE)}?firm={firm.employer.public_id}" in page
    context = shown(office, colleague, firm=firm.employer.public_id).context
    assert (context["rows"], [line.relation for line in context["firms"]]) == ([], [firm])


def test_the_preview_costs_at_most_twelve_queries(school, office, colleague, cora, firm):
    for _number in range(3):
        school.placement()
    shown(office, colleague, coordinator=cora.public_id)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert len(shown(office, colleague, coordinator=cora.public_id).context["rows"]) == 3
    assert len(captured) <= 12


# ── Handing over ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_only_what_is_ticked_goes_and_the_note_is_kept(school, office, colleague, cora, firm):
    first, second = school.placement(), school.placement()
    page = give(office, colleague, first, firms=[firm])
    assert "Now with Paz Ito" in page.content.decode()
    for one in (first, second, firm):
        one.refresh_from_db()
    assert (first.coordinator, second.coordinator, firm.owner) == (colleague, cora, colleague)
    found = HandOver.objects.get()
    assert (found.giver, found.receiver, found.note, found.taken_at) == (cora, colleague, NOTE, None)
    assert {(thing.placement, thing.relation, thing.before) for thing in found.things.all()} == {
        (first, None, cora), (None, firm, cora),
    }  # fmt: skip
    moves = school.moves.filter(verb__in=("hand_on", "give_on", "give")).order_by("pk")
    assert [(move.noun, move.details) for move in moves] == [
        ("placement", {"from": cora.pk, "to": colleague.pk}),
        ("relation", {"from": cora.pk, "to": colleague.pk}),
        ("hand_over", {"things": 2, "to": colleague.pk}),
    ]


def test_without_a_note_nothing_is_handed_over_and_the_ticks_stay(school, office, colleague):
    first, second = school.placement(), school.placement()
    page = give(office, colleague, first, note=" ")
    assert page.status_code == 422
    assert "Write down what your colleague should know." in page.content.decode()
    assert page.context["ticked"] == {str(first.public_id)}
    assert str(second.public_id) in page.content.decode()
    assert HandOver.objects.count() == 0


def test_who_ticks_nothing_hands_nothing_over(school, office, colleague):
    school.placement()
    page = give(office, colleague)
    assert page.status_code == 422
    assert "Tick at least one placement or one firm." in page.content.decode()
    assert NOTE in page.content.decode()


def test_what_cannot_be_given_is_told_with_its_reason_and_the_others_are_done(school, office, colleague):
    good, off = school.placement(), cancelled(school)
    page = give(office, colleague, good, off)
    assert [one.pk for one in page.context["done"]] == [good.pk]
    ((one, why),) = page.context["refused"]
    assert one == off
    assert why.startswith("This is no longer possible")
    assert [thing.placement for thing in HandOver.objects.get().things.all()] == [good]


def test_sent_twice_it_is_one_hand_over(school, office, colleague, firm):
    placement = school.placement()
    assert [len(give(office, colleague, placement, firms=[firm]).context["done"]) for _time in range(2)] == [1, 1]
    assert (HandOver.objects.count(), school.moves.filter(verb__in=("hand_on", "give_on")).count()) == (1, 2)


def test_the_new_coordinator_is_asked_for_the_signature_that_the_school_still_owes(school, office, colleague):
    places = school.asked()
    give(office, colleague, places["school"].agreement.plan.placement)
    assert Signature.objects.get(pk=places["school"].pk).person == colleague
    assert Signature.objects.get(pk=places["student"].pk).person == school.student.user.person


def test_what_the_school_has_signed_keeps_its_name(school, office, colleague):
    placement = school.agreed()
    give(office, colleague, placement)
    signed = Signature.objects.get(agreement__plan__placement=placement, party="school")
    assert signed.person == school.coordinator.user.person


def test_what_the_giver_does_about_an_item_goes_along_and_what_a_third_does_stays(school, office, colleague, cora):
    third = person_of(college.member("Ona Lux", Role.COORDINATOR, school.school))
    placement = school.placement()
    row = {"school": school.school, "placement": placement, "at": NOW}
    Handling.objects.create(kind=Kind.HOURS, owner=cora, rests_until=date(2026, 12, 1), note="Wait", **row)
    Handling.objects.create(kind=Kind.DIFFER, owner=third, **row)
    give(office, colleague, placement)
    assert dict(Handling.objects.values_list("kind", "owner")) == {"hours": colleague.pk, "differ": third.pk}
    assert Handling.objects.get(kind=Kind.HOURS).note == "Wait"


def test_the_head_hands_over_what_a_coordinator_has_left(school, client, colleague, cora, firm):
    placement = school.placement()
    head = college.member("Ina Sol", Role.HEAD, school.school)
    client.force_login(head.user)
    context = shown(client, colleague, coordinator=cora.public_id).context
    assert ([line.placement for line in context["rows"]], len(context["firms"])) == ([placement], 1)
    give(client, colleague, placement, firms=[firm])
    placement.refresh_from_db()
    assert (placement.coordinator, HandOver.objects.get().giver) == (colleague, person_of(head))


def test_who_takes_over_alone_needs_no_note_and_has_read_it(school, office, colleague, cora):
    placement = school.placement(coordinator=colleague)
    give(office, cora, placement, note="")
    found = HandOver.objects.get()
    assert (found.receiver, found.note, found.taken_at) == (cora, "", found.at)


@pytest.mark.parametrize("role", [Role.TEACHER, Role.HEAD])
def test_nobody_but_a_coordinator_of_the_school_gets_them(school, role):
    other = person_of(college.member("Ona Lux", role, school.school))
    with pytest.raises(Refused, match="Only a coordinator of the school"):
        handed(school, other, school.placement())


def test_a_teacher_looks_after_firms_and_is_given_no_placement(school, office, cora, firm):
    school.placement()
    tom = person_of(school.teacher)
    page = shown(office, tom, coordinator=cora.public_id)
    assert (page.context["rows"], [line.relation for line in page.context["firms"]]) == ([], [firm])
    assert "Placements stay with the coordinators." in page.content.decode()
    give(office, tom, firms=[firm])
    firm.refresh_from_db()
    assert firm.owner == tom
    assert [line.relation for line in shown(office, cora, coordinator=tom.public_id).context["firms"]] == [firm]
    assert tom in office.get(reverse(PAGE)).context["givers"]


def test_the_head_is_given_no_firm(school, firm):
    head = person_of(college.member("Ina Sol", Role.HEAD, school.school))
    with pytest.raises(Refused, match="only a coordinator or a teacher after its firms"):
        handed(school, head, firms=[firm])


def test_a_teacher_has_it_on_the_first_page_until_it_is_taken_over(school, client, colleague, firm):
    found = handed(school, person_of(school.teacher), firms=[firm]).hand_over
    other = handed(school, colleague, school.placement()).hand_over
    client.force_login(school.teacher.user)
    assert "Cora Diaz handed over 1 firm" in client.get("/").content.decode()
    page = client.get(page_of(found)).content.decode()
    assert all(word in page for word in (NOTE, "Novak Garage", "Was with", "I have it"))
    assert "handed over" not in client.post(page_of(found), follow=True).content.decode()
    found.refresh_from_db()
    assert found.taken_at is not None
    assert client.get(page_of(other)).status_code == 404


def test_a_coordinator_of_another_school_gets_none_and_a_firm_of_another_school_is_not_given(cast, school, colleague):
    elsewhere = cast.insider(Role.COORDINATOR)
    with pytest.raises(Refused, match="Only a coordinator of the school"):
        handed(school, person_of(elsewhere), school.placement())
    theirs = SchoolEmployer.objects.filter(school=elsewhere.organisation).first()
    with pytest.raises(Refused, match="Only a coordinator of the school"):
        handed(school, colleague, firms=[theirs])


def test_a_teacher_hands_nothing_over(school, colleague):
    placement, by = school.placement(), Actor("user", 1, Role.TEACHER)
    with pytest.raises(Refused, match="You may not do this"):
        hand_on(
            school=school.school, placements=[placement], firms=[], to=colleague, note=NOTE,
            giver=person_of(school.teacher), by=by, at=NOW,
        )  # fmt: skip


def test_placements_and_firms_of_another_school_are_not_there(cast, school, colleague, firm):
    stranger = cast.client(cast.outsider(Role.COORDINATOR))
    placement = school.placement()
    give(stranger, colleague, placement, firms=[firm])
    assert shown(stranger, colleague).context["to"] is None
    placement.refresh_from_db()
    firm.refresh_from_db()
    assert (placement.coordinator, firm.owner) == (school.coordinator.user.person, school.coordinator.user.person)


# ── Until the receiver has it ────────────────────────────────────────────────────────────────────────────────────────


def page_of(found: HandOver) -> str:
    return reverse("reports:hand_over", args=[found.public_id])


def test_the_receiver_has_it_on_top_of_the_day_until_it_is_taken_over(school, client, paz, colleague, firm):
    found = handed(school, colleague, school.placement(), firms=[firm]).hand_over
    client.force_login(paz.user)
    day = client.get("/").content.decode()
    assert "Cora Diaz handed over 1 placement, 1 firm" in day
    assert "1 thing needs you" in day
    page = client.get(page_of(found)).content.decode()
    assert all(word in page for word in (NOTE, "Nia Berg", "Novak Garage", "Was with", "Not read yet"))
    answer = client.post(page_of(found), follow=True).content.decode()
    assert "It is yours now." in answer
    assert "handed over 1 placement" not in answer
    found.refresh_from_db()
    assert found.taken_at is not None


def test_pressed_again_it_says_when(school, client, paz, colleague):
    found = handed(school, colleague, school.placement()).hand_over
    take_over(hand_over=found, person=colleague, by=Actor("user", paz.user_id, Role.COORDINATOR), at=NOW)
    client.force_login(paz.user)
    assert "You took it over on Tue 24 Nov, 09:00." in client.post(page_of(found), follow=True).content.decode()
    assert Transition.objects.filter(noun="hand_over", verb="take").count() == 1


def test_only_the_receiver_says_so(school, client, colleague, cora):
    found = handed(school, colleague, school.placement()).hand_over
    client.force_login(school.coordinator.user)
    assert "I have it" not in client.get(page_of(found)).content.decode()
    assert client.post(page_of(found)).status_code == 404
    with pytest.raises(Refused, match="Only the one who looks after it now"):
        take_over(hand_over=found, person=cora, by=school.office, at=NOW)
    assert HandOver.objects.get().taken_at is None


def test_who_covers_for_the_receiver_sees_it_too(school, office, colleague):
    handed(school, colleague, school.placement())
    assert "handed over 1 placement" in office.get(f"/?cover={colleague.public_id}").content.decode()
    assert "handed over 1 placement" not in office.get("/").content.decode()


def test_giver_and_head_see_what_nobody_has_read(school, client, colleague, paz):
    first = handed(school, colleague, school.placement()).hand_over
    second = handed(school, colleague, school.placement()).hand_over
    take_over(hand_over=second, person=colleague, by=Actor("user", paz.user_id, Role.COORDINATOR), at=NOW)
    for member in (school.coordinator, college.member("Ina Sol", Role.HEAD, school.school)):
        client.force_login(member.user)
        page = client.get(reverse("reports:hand_overs"))
        assert [one for one, _what in page.context["rows"]] == [first, second]
        assert page.content.decode().count("Not read yet") == 1
        assert "Taken over on Tue 24 Nov" in page.content.decode()


def test_the_log_has_no_words_and_no_names(school, colleague, firm):
    handed(school, colleague, school.placement(), firms=[firm])
    rows = school.moves.filter(noun__in=("hand_over", "relation")).values_list("reason", flat=True)
    assert set(rows) == {""}


def test_what_is_private_to_coordinators_is_not_told_to_the_head(january, school, client, colleague):
    placement = school.placement()
    placement.concerns.create(
        kind="end", category="conduct", text="Rude", person=person_of(school.supervisor), at=NOW
    )  # fmt: skip
    said = {}
    for member in (school.coordinator, college.member("Ina Sol", Role.HEAD, school.school)):
        client.force_login(member.user)
        (line,) = shown(client, colleague).context["rows"]
        said[member.role] = [str(label) for label, _why in line.waits]
    assert said == {
        Role.COORDINATOR: ["Host wants to talk", "Start without agreement"], Role.HEAD: ["Start without agreement"],
    }  # fmt: skip


def test_a_handed_over_placement_is_on_the_day_of_its_new_coordinator(january, school, office, paz, colleague):
    placement = school.placement()
    today = date(2027, 1, 12)
    assert len(coordinators_day(school.coordinator, today=today).items) == 1
    give(office, colleague, placement)
    assert coordinators_day(school.coordinator, today=today).items == []
    assert [item.placement for item in coordinators_day(paz, today=today).items] == [placement]


def test_firms_that_become_one_stand_once(school, office, colleague, cora, firm):
    again, third = (
        SchoolEmployer.objects.create(
            school=school.school,
            employer=Employer.objects.create(name=name, sort_key=name.lower(), identity=f"test:{name}"),
            owner=cora,
        )
        for name in ("Garage again", "Garage once more")
    )
    both = handed(school, colleague, firms=[firm, again]).hand_over
    gone = handed(school, colleague, firms=[third]).hand_over
    for other in (again, third):
        merge_employers(
            school=school.school, kept=firm.employer, gone=other.employer, person=None, by=school.office, at=NOW
        )  # fmt: skip
    for found in (both, gone):
        assert [line.relation for line in office.get(page_of(found)).context["firms"]] == [firm]
