"""Agreements over versions: parties by rule set, order, what is carried, paper, and a start before the agreement."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Document, Organisation
from accounts.roles import Role
from core.workflow import Refused
from employers.models import Employer, Supervisor
from placements.models import Placement, PlanVersion
from placements.workflow import (
    Kind,
    add_scan,
    create_teacher_placement,
    propose,
    sign_paper,
    take_back,
)
from schools.models import AgreementBlock, Guardian, ProgrammeVersion, RuleSet
from schools.rule_sets.reading import read_rule_set
from schools.rule_sets.shipped import FOLDER, add_version
from tests.placements.college import FIRST, NOW, WEEKDAYS, build, by_party, member, put_name

LATER = NOW + timedelta(hours=3)


@pytest.fixture
def college(db):
    return build()


def under(college, name):
    """The college's programme follows a shipped rule set from now on."""
    rule_set = RuleSet.objects.create(key=f"test-{name}", school=college.school)
    text = (FOLDER / f"{name}.json").read_text()
    add_version(rule_set, read_rule_set(text), json.loads(text), at=NOW)
    ProgrammeVersion.objects.filter(programme__school=college.school).update(rule_set=rule_set)
    college.enrolment.refresh_from_db()
    college.enrolment.cohort.refresh_from_db()
    college.enrolment.cohort.version.refresh_from_db()
    return college


def signed_by(agreement):
    return {place.party for place in agreement.signatures.exclude(signed_at=None)}


def states(placement):
    return dict(placement.plan_versions.values_list("number", "agreement__state"))


def new_version(college, placement, **changes):
    plan = college.plan(placement, **changes)
    places = propose(agreement=plan.agreement, sign_by=date(2026, 12, 20), by=college.office, at=LATER)
    return plan, {place.party: place for place in places}


# ── Parties by rule set ──────────────────────────────────────────────────────────────────────────────────────────────


def test_french_rules_ask_the_tutor_and_the_teacher_too(college):
    places = under(college, "france-pfmp-bac-pro").asked()
    assert [*places] == ["student", "guardian", "host", "tutor", "school", "teacher"]
    assert places["host"].person == places["tutor"].person == college.supervisor.user.person
    assert places["teacher"].person == college.teacher.user.person


def test_who_stands_for_the_firm_and_guides_signs_both_at_once(college):
    places = under(college, "france-pfmp-bac-pro").asked()
    put_name(places["host"])
    places["tutor"].refresh_from_db()
    assert (places["tutor"].name_typed, places["tutor"].signed_at) == ("A. Name", NOW)
    assert college.moves.filter(verb="sign").count() == 2


def test_a_signatory_of_the_firm_signs_apart_from_the_supervisor(college):
    boss = member("Vera Novak", Role.OWNER, college.supervisor.organisation).user.person
    places = under(college, "france-pfmp-bac-pro").asked(college.placement(kind=Kind(signatory=boss)))
    assert (places["host"].person, places["tutor"].person) == (boss, college.supervisor.user.person)
    put_name(places["host"])
    places["tutor"].refresh_from_db()
    assert places["tutor"].signed_at is None


def test_rules_that_want_a_teacher_s_signature_are_not_met_without_a_teacher(college):
    under(college, "france-pfmp-bac-pro")
    with pytest.raises(Refused, match="Choose a teacher first"):
        college.asked(college.placement(teacher=None))


def test_danish_rules_let_one_sign_after_the_other_with_the_guardian_before_the_school(college):
    places = under(college, "denmark-training-agreement").asked()
    assert [*places] == ["host", "student", "guardian", "school"]
    for early in ("student", "guardian", "school"):
        with pytest.raises(Refused, match="Somebody else signs first: Host"):
            put_name(places[early])
    for party in ("host", "student", "guardian"):
        put_name(places[party])
    assert college.agreements.get().state == "partly_signed"
    put_name(places["school"], at=LATER)
    assert college.agreements.get().in_force_at == LATER


def test_a_lead_employer_s_own_person_signs_for_the_host(college):
    pool = Organisation.objects.create(kind="employer", name="Training Pool")
    lead = Employer.objects.create(
        name="Training Pool", sort_key="training pool", identity="name:GB:training pool:", organisation=pool
    )
    stranger = college.supervisor.user.person
    for signatory in (None, stranger):
        placement = college.placement(kind=Kind(lead_employer=lead, signatory=signatory))
        with pytest.raises(Refused, match="Choose who signs for Training Pool first"):
            propose(agreement=_draft(placement), sign_by=date(2026, 12, 20), by=college.office, at=NOW)
    boss = member("Vera Pool", Role.OWNER, pool).user.person
    places = college.asked(college.placement(kind=Kind(lead_employer=lead, signatory=boss)))
    assert places["host"].person == boss


def _draft(placement):
    """A draft agreement without hours, so that two placements do not overlap."""
    from placements.models import Agreement

    return Agreement.objects.create(plan=PlanVersion.objects.create(placement=placement))


def test_a_teacher_s_own_placement_is_signed_by_the_teacher_the_host_and_the_head(college):
    head = member("Ida Head", Role.HEAD, college.school).user.person
    placement = create_teacher_placement(
        school=college.school, learner=college.teacher.user.person, site=college.site, supervisor=college.host,
        coordinator=college.coordinator.user.person, starts_on=FIRST, ends_on=FIRST + timedelta(days=4),
        by=college.office, at=NOW,
    )  # fmt: skip
    plan = college.plan(placement, outcomes=[])
    places = propose(agreement=plan.agreement, sign_by=date(2026, 12, 20), by=college.office, at=NOW)
    assert {place.party: place.person for place in places} == {
        "teacher": college.teacher.user.person,
        "host": college.supervisor.user.person,
        "head": head,
    }
    for place in places:
        put_name(place)
    plan.agreement.refresh_from_db()
    assert plan.agreement.state == "in_force"


def test_an_unknown_age_asks_a_guardian_who_is_known_and_holds_nobody_up(db):
    college = build(birth_date=None)
    assert "guardian" in college.asked()
    Guardian.objects.all().delete()
    assert set(college.asked(Placement.objects.get(school=college.school))) == {"student", "host", "school"}


# ── New versions ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_change_of_contacts_is_signed_by_the_school_alone(college):
    placement = college.agreed()
    placement.teacher = member("Ulf Sand", Role.TEACHER, college.school).user.person
    placement.save()
    plan, places = new_version(college, placement)
    assert plan.changes == ["school"]
    assert {party: place.carried_from is not None for party, place in places.items()} == {
        "student": True, "guardian": True, "host": True, "school": False,
    }  # fmt: skip
    first = placement.plan_versions.get(number=1)
    assert {places[party].text_hash for party in ("student", "host")} == {first.text_hash}
    assert college.moves.filter(verb="propose").latest("pk").details == {"version": 2, "parties": 1, "carried": 3}
    put_name(places["school"], at=LATER)
    assert states(placement) == {1: "superseded", 2: "in_force"}


def test_what_is_in_force_stays_in_force_until_the_new_version_is(college):
    placement = college.agreed()
    plan, places = new_version(college, placement, shifts=WEEKDAYS[:4])
    assert plan.changes == ["times"]
    assert not any(place.carried_from for place in places.values())
    assert states(placement) == {1: "in_force", 2: "proposed"}


def test_a_rhythm_concerns_host_and_school_and_learning_the_student_too(college):
    placement = college.agreed()
    plan, _places = new_version(college, placement, rhythm=PlanVersion.Rhythm.MONTHLY)
    assert plan.changes == ["rhythm"]
    assert signed_by(plan.agreement) == {"student", "guardian"}
    plan, _places = new_version(college, placement, rhythm=PlanVersion.Rhythm.MONTHLY, purpose="Learn more.")
    assert plan.changes == ["learning"]
    assert signed_by(plan.agreement) == {"guardian"}


def test_a_signature_on_a_version_that_lapsed_holds_too_and_points_to_where_it_was_given(college):
    places = college.asked()
    put_name(places["student"])
    placement = places["student"].agreement.plan.placement
    _second, _places = new_version(college, placement, rhythm=PlanVersion.Rhythm.MONTHLY)
    third, later = new_version(college, placement, rhythm=PlanVersion.Rhythm.FOUR_DAYS)
    assert signed_by(third.agreement) == {"student"}
    assert later["student"].carried_from == places["student"]


def test_a_change_there_and_back_asks_those_who_signed_the_first_version_for_nothing(college):
    placement = college.agreed()
    new_version(college, placement, shifts=WEEKDAYS[:4])
    third, _places = new_version(college, placement)
    assert signed_by(third.agreement) == {"student", "guardian", "host"}


def test_a_new_guardian_signs_what_the_other_one_had_signed(college):
    placement = college.agreed()
    Guardian.objects.all().delete()
    other = member("Olle Berg", Role.GUARDIAN, college.school).user.person
    Guardian.objects.create(student=college.enrolment.student, person=other)
    plan, places = new_version(college, placement)
    assert signed_by(plan.agreement) == {"student", "host"}
    assert places["guardian"].person == other


def test_a_new_supervisor_concerns_the_workplace_only(college):
    placement = college.agreed()
    dora = member("Dora Lind", Role.SUPERVISOR, college.supervisor.organisation).user.person
    placement.segments.update(supervisor=Supervisor.objects.create(person=dora, site=college.site))
    plan, places = new_version(college, placement)
    assert plan.changes == ["supervisor"]
    assert signed_by(plan.agreement) == {"student", "guardian"}
    assert places["host"].person == dora


def test_the_school_s_own_words_stand_in_the_text_and_a_change_of_them_concerns_everybody(college):
    mine = college.enrolment.cohort.version.programme
    AgreementBlock.objects.create(school=college.school, position=2, heading="Dress", text="Safety shoes.\n\nNo rings.")
    AgreementBlock.objects.create(school=college.school, position=1, heading="Insurance", text="#eval(1) $x$")
    other = Organisation.objects.create(kind="school", name="Hillside")
    AgreementBlock.objects.create(school=other, position=1, heading="Not ours", text="Never.")
    placement = college.agreed()
    text = placement.plan_versions.get().text
    assert text.endswith("\n\nInsurance\n#eval(1) $x$\n\nDress\nSafety shoes.\nNo rings.")
    AgreementBlock.objects.create(school=college.school, programme=mine, position=3, heading="Cars", text="No driving.")
    plan, _places = new_version(college, placement)
    assert plan.changes == ["terms"]
    assert signed_by(plan.agreement) == set()


def test_danish_order_asks_again_whoever_comes_after_a_party_that_signs_again(college):
    placement = under(college, "denmark-training-agreement").agreed()
    plan, _places = new_version(college, placement, rhythm=PlanVersion.Rhythm.MONTHLY)
    assert signed_by(plan.agreement) == set()


# ── Paper ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def on_paper(college, place, day=NOW.date(), at=LATER, **changes):
    values = {"name_typed": "Milan Novak", "recorded_by": college.coordinator.user.person, "by": college.office}
    return sign_paper(signature=place, signed_on=day, at=at, **(values | changes))


def scan():
    return SimpleUploadedFile("paper.pdf", b"%PDF-1.7 signed")


def test_the_school_writes_down_who_signed_on_paper_and_when(college):
    place = college.asked()["host"]
    on_paper(college, place, date(2026, 11, 23), file=scan())
    place.refresh_from_db()
    assert (place.name_typed, place.channel, place.ip) == ("Milan Novak", "paper", None)
    assert (bytes(place.document.content), place.document.kind) == (b"%PDF-1.7 signed", "agreement")
    assert place.signed_at == datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert place.recorded_by == college.coordinator.user.person
    row = college.moves.get(verb="sign_paper")
    assert row.details == {"party": "host", "version": 1, "day": "2026-11-23"}


def test_the_last_paper_brings_the_agreement_in_force_from_the_day_it_was_signed(college):
    places = college.asked()
    for party in ("student", "guardian", "school"):
        put_name(places[party], at=datetime(2026, 11, 20, 9, tzinfo=UTC))
    on_paper(college, places["host"], date(2026, 11, 23))
    assert college.agreements.get().in_force_at == datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_a_paper_after_a_signature_by_link_changes_nothing_and_the_other_way_round(college):
    places = college.asked()
    put_name(places["host"])
    with pytest.raises(Refused, match="This side has signed already"):
        on_paper(college, places["host"])
    on_paper(college, places["student"], name_typed="Nia Berg")
    again = put_name(places["student"], name="Somebody")
    places["host"].refresh_from_db()
    assert (places["host"].channel, places["host"].signed_at) == ("account", NOW)
    assert (again.channel, again.name_typed) == ("paper", "Nia Berg")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"day": date(2026, 11, 25)}, "This day has not come yet"),
        ({"name_typed": " "}, "Type the name as it stands on the paper"),
        ({"by": by_party("teacher")}, "You may not do this"),
        ({"by": by_party("host")}, "You may not do this"),
    ],
)
def test_a_paper_of_tomorrow_without_a_name_or_by_others_is_refused(college, changes, said):
    with pytest.raises(Refused, match=said):
        on_paper(college, college.asked()["host"], **changes)
    assert signed_by(college.agreements.get()) == set()


def test_on_paper_too_nobody_signs_before_their_turn(college):
    places = under(college, "denmark-training-agreement").asked()
    with pytest.raises(Refused, match="Somebody else signs first: Host"):
        on_paper(college, places["student"])


def test_a_scan_can_follow_once(college):
    place, desk = college.asked()["host"], college.coordinator.user.person
    on_paper(college, place)
    add_scan(signature=place, file=scan(), recorded_by=desk, by=college.office, at=LATER)
    with pytest.raises(Refused, match="There is a scan already"):
        add_scan(signature=place, file=scan(), recorded_by=desk, by=college.office, at=LATER)


def test_what_was_written_down_from_paper_can_be_taken_back_with_a_reason(college):
    place = college.asked()["host"]
    on_paper(college, place, file=scan())
    with pytest.raises(Refused, match="Please give a reason"):
        take_back(signature=place, reason="", by=college.office, at=LATER)
    take_back(signature=place, reason="Wrong sheet", by=college.office, at=LATER)
    take_back(signature=place, reason="Wrong sheet", by=college.office, at=LATER)
    place.refresh_from_db()
    assert (place.signed_at, place.name_typed, place.channel, place.recorded_by) == (None, "", "", None)
    assert not Document.objects.exists()
    assert college.moves.filter(verb="take_back").count() == 1
    assert put_name(place, at=LATER).signed_at == LATER


def test_a_signature_by_link_or_account_is_not_taken_back_by_the_school(college):
    place = college.asked()["host"]
    put_name(place)
    with pytest.raises(Refused, match="Only what the school wrote down from paper"):
        take_back(signature=place, reason="Wrong", by=college.office, at=LATER)


def all_on_paper(college, places, at=LATER):
    for place in places.values():
        on_paper(college, place, at=at)


def test_within_a_day_an_agreement_in_force_is_taken_back_and_the_one_before_holds_again(college):
    placement = college.agreed()
    _plan, places = new_version(college, placement, shifts=WEEKDAYS[:4])
    all_on_paper(college, places)
    assert states(placement) == {1: "superseded", 2: "in_force"}
    take_back(signature=places["host"], reason="Wrong sheet", by=college.office, at=LATER + timedelta(hours=24))
    assert states(placement) == {1: "in_force", 2: "partly_signed"}


def test_after_a_day_or_once_work_has_begun_it_stands(college):
    places = college.asked()
    all_on_paper(college, places)
    late = LATER + timedelta(hours=24, minutes=1)
    with pytest.raises(Refused, match="since more than a day"):
        take_back(signature=places["host"], reason="Wrong sheet", by=college.office, at=late)
    Placement.objects.update(state="running")
    with pytest.raises(Refused, match="Work has begun on this agreement"):
        take_back(signature=places["host"], reason="Wrong sheet", by=college.office, at=LATER)
    assert college.agreements.get().state == "in_force"


# ── A start before the agreement (E34) ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("signed", "expected"),
    [
        (datetime(2027, 1, 6, 20, tzinfo=UTC), datetime(2027, 1, 4, tzinfo=UTC)),
        (datetime(2027, 1, 7, 8, tzinfo=UTC), datetime(2027, 1, 7, 8, tzinfo=UTC)),
    ],
)
def test_hours_before_the_agreement_count_only_when_it_is_signed_within_two_working_days(college, signed, expected):
    """E34: the head let work begin on Monday 4 January; Wednesday evening is in time, Thursday is not."""
    places = college.asked()
    Placement.objects.update(unagreed_since=datetime(2027, 1, 4, 8, tzinfo=UTC), state="running")
    for party in ("student", "guardian", "host"):
        put_name(places[party], at=datetime(2027, 1, 4, 9, tzinfo=UTC))
    put_name(places["school"], at=signed)
    agreement = college.agreements.get()
    assert (agreement.in_force_at, agreement.counts_from) == (signed, expected)


def test_the_usual_agreement_counts_from_the_moment_it_is_in_force(college):
    college.agreed()
    assert college.agreements.get().counts_from == NOW
