"""What is different for one student: who decides it, what it may be, how it ends; and the facts a rule asks for."""

import html
import json
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from accounts.access import actor_of, person_of
from accounts.roles import Role
from core.models import Transition
from core.workflow import Refused
from schools.models import Enrolment, RuleException
from schools.rule_sets.asking import KNOWN, facts_asked, rules_to_except
from schools.rule_sets.reading import read_rule_set
from schools.workflow import bring_rule_set, grant_exception, withdraw_exception, write_facts
from schools.workflow.rule_sets import Wording
from tests.schools.rules import RULES

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def signed(cast, role: Role = Role.HEAD) -> dict:
    return {"by": actor_of(cast.insider(role)), "at": NOW}


@pytest.fixture
def enrolment(cast) -> Enrolment:
    """Lina's, in a programme whose rule is the school's own one."""
    school = cast.insider(Role.COORDINATOR).organisation
    own = bring_rule_set(
        school=school, wording=Wording.read(json.dumps(RULES)), **signed(cast, Role.COORDINATOR)
    ).rule_set
    found = Enrolment.objects.get(student__school=school, student__person__family_name="Kowal")
    version = found.cohort.version
    version.rule_set = own
    version.save()
    return found


@pytest.fixture
def client(cast):
    return cast.client(cast.insider(Role.HEAD))


def address(enrolment: Enrolment) -> str:
    return reverse("schools:exceptions", args=[enrolment.public_id])


def shown(answer) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def grant(cast, enrolment: Enrolment, role: Role = Role.HEAD, **values) -> RuleException:
    given = {"rule": "hours", "reason": "Was ill for a month", "approver": person_of(cast.insider(role))} | values
    return grant_exception(enrolment=enrolment, **given, **signed(cast, role))


def sent(**values: str) -> dict[str, str]:
    return {"rule": "hours", "kind": "waive", "minutes": "", "reason": "Was ill for a month", "expires_on": ""} | values


def test_an_exception_is_on_the_page_with_its_rule_reason_approver_and_last_day(cast, client, enrolment):
    answer = client.post(address(enrolment), sent(kind="less", minutes="280 h 30", expires_on="2027-06-30"))
    assert answer["Location"] == address(enrolment)
    exception = RuleException.objects.get()
    assert (exception.rule, exception.minutes, exception.consideration) == ("hours", 16_830, "")
    assert (exception.approver, exception.expires_on) == (person_of(cast.insider(Role.HEAD)), date(2027, 6, 30))
    text = shown(client.get(address(enrolment)))
    for words in ("Hours in the firm", "280 h 30 are enough", "Was ill for a month", "until Wed 30 Jun 2027",
                  person_of(cast.insider(Role.HEAD)).full_name):  # fmt: skip
        assert words in text
    row = Transition.objects.get(noun="rule_exception", object_id=exception.pk)
    assert (row.verb, row.role, row.timeline) == ("grant", "head", f"enrolment:{enrolment.pk}")
    assert row.details == {"rule": "hours", "minutes": 16_830, "expires_on": "2027-06-30"}


def test_a_rule_is_waived_whatever_was_typed_as_hours(client, enrolment):
    client.post(address(enrolment), sent(rule="recognised", minutes="100", consideration="illness"))
    exception = RuleException.objects.get()
    assert (exception.rule, exception.minutes, exception.consideration) == ("recognised", None, "")
    assert "The rule does not hold" in shown(client.get(address(enrolment)))


def test_special_consideration_has_one_of_the_reasons_of_the_rule_set_and_hours(client, enrolment):
    client.post(address(enrolment), sent(kind="consider", minutes="250", consideration="illness"))
    exception = RuleException.objects.get()
    assert (exception.minutes, exception.consideration) == (15_000, "illness")
    assert "250 h are enough (Illness)" in shown(client.get(address(enrolment)))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"rule": "no-such-rule"}, "Select a valid choice"),
        ({"rule": ""}, "This field is required"),
        ({"kind": "less"}, "Please write how many hours are enough."),
        ({"kind": "less", "minutes": "some"}, "Please write hours like 315 or 315 h 30."),
        ({"kind": "less", "minutes": "9", "rule": "recognised"}, "This rule asks for no time"),
        ({"kind": "consider", "minutes": "250"}, "Please choose the reason."),
        ({"kind": "consider", "minutes": "250", "consideration": "holiday"}, "Select a valid choice"),
        (
            {"kind": "consider", "minutes": "250", "consideration": "illness", "rule": "recognised"},
            "This rule asks for no time",
        ),
        ({"kind": ""}, "Choose one."),
        ({"reason": "  "}, "This field is required"),
        ({"reason": "x" * 501}, "at most 500 characters"),
        ({"expires_on": "2001-01-01"}, "The last day is over already."),
    ],
)
def test_an_exception_that_cannot_be_is_refused_in_words_and_keeps_nothing(client, enrolment, wrong, says):
    answer = client.post(address(enrolment), sent(**wrong))
    assert answer.status_code == 422
    assert says in shown(answer)
    assert not RuleException.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"rule": "young"},
        {"rule": "no-such-rule"},
        {"rule": "signed", "minutes": 60},
        {"minutes": 60, "consideration": "holiday"},
        {"consideration": "illness"},
        {"reason": " "},
        {"expires_on": NOW.date() - timedelta(days=1)},
    ],
)
def test_the_verb_refuses_what_the_rule_set_does_not_know_and_a_day_that_is_over(cast, enrolment, wrong):
    with pytest.raises(Refused):
        grant(cast, enrolment, **wrong)
    assert not RuleException.objects.exists()


def test_the_last_day_of_an_exception_may_be_today(cast, enrolment):
    assert grant(cast, enrolment, expires_on=NOW.date()).pk


def test_a_rule_has_one_exception_at_a_time(cast, enrolment):
    first = grant(cast, enrolment)
    with pytest.raises(Refused):
        grant(cast, enrolment, minutes=6000)
    withdraw_exception(exception=first, **signed(cast))
    grant(cast, enrolment, minutes=6000)
    assert RuleException.objects.filter(withdrawn_at=None).get().minutes == 6000


def test_an_exception_whose_last_day_is_over_is_shown_as_over_and_makes_room_for_another(cast, client, enrolment):
    over = grant(cast, enrolment)
    RuleException.objects.filter(pk=over.pk).update(expires_on=date(2020, 1, 31))
    text = shown(client.get(address(enrolment)))
    assert "over since Fri 31 Jan 2020" in text
    assert (
        reverse("schools:exception_withdraw", args=[over.public_id])
        not in client.get(address(enrolment)).content.decode()
    )
    assert grant(cast, enrolment).pk != over.pk


def test_taking_back_asks_once_leaves_a_row_and_is_possible_once(cast, client, enrolment):
    exception = grant(cast, enrolment)
    path = reverse("schools:exception_withdraw", args=[exception.public_id])
    assert "Hours in the firm" in shown(client.get(path))
    exception.refresh_from_db()
    assert exception.withdrawn_at is None
    assert client.post(path)["Location"] == address(enrolment)
    exception.refresh_from_db()
    assert exception.withdrawn_at is not None
    assert "taken back on" in shown(client.get(address(enrolment)))
    with pytest.raises(Refused):
        withdraw_exception(exception=exception, **signed(cast))
    assert Transition.objects.filter(noun="rule_exception", verb="withdraw").count() == 1


def test_a_teacher_reads_and_is_told_who_decides(cast, enrolment):
    grant(cast, enrolment)
    write_facts(enrolment=enrolment, facts={"pathway": "BBL"}, **signed(cast))
    teacher = cast.client(cast.insider(Role.TEACHER))
    text = shown(teacher.get(address(enrolment)))
    assert "The head of school and the coordinator decide on exceptions." in text
    assert "Was ill for a month" in text
    assert "BBL" in text
    assert "Allow the exception" not in text
    assert teacher.post(address(enrolment), sent()).status_code == 404
    for tried in (
        lambda: grant(cast, enrolment, Role.TEACHER, rule="recognised"),
        lambda: withdraw_exception(exception=RuleException.objects.get(), **signed(cast, Role.TEACHER)),
        lambda: write_facts(enrolment=enrolment, facts={}, **signed(cast, Role.TEACHER)),
    ):
        with pytest.raises(Refused):
            tried()


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.HEAD, Role.TEACHER])
def test_another_school_finds_no_exception_and_no_facts(cast, enrolment, role):
    exception = grant(cast, enrolment)
    other = cast.client(cast.outsider(role))
    assert other.get(address(enrolment)).status_code == 404
    assert other.post(address(enrolment), sent()).status_code == 404
    assert other.post(reverse("schools:facts", args=[enrolment.public_id]), {}).status_code == 404
    assert other.post(reverse("schools:exception_withdraw", args=[exception.public_id])).status_code == 404
    exception.refresh_from_db()
    assert exception.withdrawn_at is None


def test_an_enrolment_without_a_rule_says_so_and_asks_for_nothing(cast, client, enrolment):
    enrolment.cohort.starts_on = date(2020, 9, 1)
    enrolment.cohort.save()
    answer = client.get(address(enrolment))
    assert answer.status_code == 200
    assert "No credit rule holds for this cohort." in shown(answer)
    assert "Allow the exception" not in shown(answer)
    assert client.post(address(enrolment), sent()).status_code == 200
    assert not RuleException.objects.exists()
    with pytest.raises(Refused):
        grant(cast, enrolment)


# ── Facts ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_facts_are_stored_with_the_type_that_the_file_gives_them(cast, client, enrolment):
    path = reverse("schools:facts", args=[enrolment.public_id])
    answers = {"fact-pathway": "1", "fact-needs_support": "0", "fact-year": "2", "fact-earlier_minutes": "90",
               "fact-trade": " Welding "}  # fmt: skip
    assert client.post(path, answers)["Location"] == address(enrolment)
    enrolment.refresh_from_db()
    assert enrolment.facts == {
        "pathway": "BBL", "needs_support": True, "year": 3, "earlier_minutes": 90, "trade": "Welding",
    }  # fmt: skip
    assert enrolment.facts["needs_support"] is True
    form = client.get(address(enrolment)).context["facts_form"]
    kept = {name: field.initial for name, field in form.fields.items()}
    assert kept == {
        "fact-pathway": "1", "fact-needs_support": "0", "fact-year": "2", "fact-earlier_minutes": 90,
        "fact-trade": "Welding",
    }  # fmt: skip
    row = Transition.objects.get(noun="enrolment", object_id=enrolment.pk, verb="write_facts")
    assert row.details == {"facts": ["earlier_minutes", "needs_support", "pathway", "trade", "year"]}


def test_an_empty_answer_forgets_and_what_other_rules_asked_for_stays(cast, client, enrolment):
    enrolment.facts = {"pathway": "BOL", "specialism": "early-years"}
    enrolment.save()
    client.post(reverse("schools:facts", args=[enrolment.public_id]), {"fact-pathway": "", "fact-needs_support": "1"})
    enrolment.refresh_from_db()
    assert enrolment.facts == {"specialism": "early-years", "needs_support": False}


@pytest.mark.parametrize(
    "wrong",
    [
        {"fact-pathway": "BOL"},
        {"fact-pathway": "7"},
        {"fact-earlier_minutes": "-1"},
        {"fact-earlier_minutes": "some"},
        {"fact-trade": "x" * 201},
        {"fact-trade": "a\x00b"},
    ],
)
def test_an_answer_that_the_file_does_not_know_is_refused(client, enrolment, wrong):
    answer = client.post(reverse("schools:facts", args=[enrolment.public_id]), wrong)
    assert answer.status_code == 422
    enrolment.refresh_from_db()
    assert enrolment.facts == {}


@pytest.mark.parametrize(
    "wrong",
    [{"pathway": "other"}, {"year": True}, {"needs_support": 1}, {"earlier_minutes": "90"}, {"unknown": "x"},
     {"required_minutes": 60}, {"trade": ""}],
)  # fmt: skip
def test_the_verb_looks_at_the_type_of_an_answer(cast, enrolment, wrong):
    with pytest.raises(Refused):
        write_facts(enrolment=enrolment, facts=wrong, **signed(cast))


def test_only_what_nobody_else_knows_is_asked(enrolment):
    found = read_rule_set(json.dumps(RULES))
    names = [fact.name for fact in facts_asked(found)]
    assert names == ["earlier_minutes", "needs_support", "pathway", "trade", "year"]
    assert KNOWN.isdisjoint(names)
    assert [fact.is_number for fact in facts_asked(found)] == [True, False, False, False, False]


def test_steps_and_requirements_may_have_an_exception_and_limits_of_working_time_none():
    found = rules_to_except(read_rule_set(json.dumps(RULES)))
    assert [(one.key, one.less, one.considered) for one in found] == [
        ("signed", False, False), ("remote", False, False), ("hours", True, True), ("recognised", False, False),
        ("experienced", False, False),
    ]  # fmt: skip


def test_the_page_costs_the_same_with_more_exceptions(cast, client, enrolment, django_assert_num_queries):
    for rule in ("hours", "recognised", "remote"):
        with django_assert_num_queries(9):
            client.get(address(enrolment))
        grant(cast, enrolment, rule=rule)
