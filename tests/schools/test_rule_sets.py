"""Credit rules of a school: what is listed, what is copied, how a changed file comes in, and what is refused."""

import html
import json
import re
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from accounts.access import actor_of
from accounts.roles import Role
from core.models import Transition
from core.workflow import Refused
from schools.models import Cohort, Enrolment, Programme, RuleSet, RuleSetVersion
from schools.queries import version_in_force
from schools.workflow import bring_rule_set, copy_rule_set, edit_programme, save_wording
from schools.workflow.rule_sets import Stale, Wording
from tests.schools.rules import RULES, as_file, changed, with_hours

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def signed(cast, role: Role = Role.COORDINATOR) -> dict:
    return {"by": actor_of(cast.insider(role)), "at": NOW}


def wording(content) -> Wording:
    return Wording.read(json.dumps(content))


@pytest.fixture
def shipped(db) -> RuleSet:
    return RuleSet.objects.get(general=True)


@pytest.fixture
def own(cast) -> RuleSet:
    school = cast.insider(Role.COORDINATOR).organisation
    return bring_rule_set(school=school, wording=wording(RULES), **signed(cast)).rule_set


@pytest.fixture
def client(cast):
    return cast.client(cast.insider(Role.COORDINATOR))


def page_of(rule_set: RuleSet, name: str = "rule_set", *more) -> str:
    return reverse(f"schools:{name}", args=[rule_set.public_id, *more])


def shown(answer) -> str:
    """The words of a page as people read them."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def carried(answer) -> dict[str, str]:
    """The hidden fields of the page that shows a file before it is saved."""
    form = answer.context["form"]
    return {name: str(form.initial[name]) for name in ("text", "base")}


# ── The list and the page ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_list_has_the_schools_own_rules_first_with_grade_validity_and_the_programmes_that_use_them(
    cast, client, own, shipped
):
    programme = Programme.objects.filter(school=own.school).order_by("pk")[0]
    programme.versions.update(rule_set=own)
    rows = client.get(reverse("schools:rule_sets")).context["rows"]
    told = {row.name: (row.jurisdiction, row.grade, validity) for row, validity in rows}
    assert rows[0][0].name == "Metal work, 300 hours"
    assert told["Metal work, 300 hours"] == (
        "Harbour Vocational College", "own: the school's rule", "from Fri 1 Aug 2025 on",
    )  # fmt: skip
    assert told["Hours at work"] == ("any", "own: the school's rule", "at any time")
    used = {row.name: [one.name for one in row.programmes] for row, _validity in rows}
    assert used["Metal work, 300 hours"] == [programme.name]
    assert programme.name not in used["Hours at work"]
    others = set(Programme.objects.filter(school=own.school).exclude(pk=programme.pk).values_list("name", flat=True))
    assert set(used["Hours at work"]) == others


def test_the_list_speaks_the_readers_language(client, own):
    client.cookies["django_language"] = "fr"
    assert "Métal, 300 heures" in client.get(reverse("schools:rule_sets")).content.decode()


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR, Role.HEAD, Role.TEACHER])
def test_a_rule_set_of_another_school_is_not_there(cast, own, role):
    other = cast.client(cast.outsider(role))
    assert "Metal work" not in other.get(reverse("schools:rule_sets")).content.decode()
    for name, more in (("rule_set", ()), ("rule_set_version", (1,)), ("rule_set_file", (1,)), ("rule_set_upload", ())):
        assert other.get(page_of(own, name, *more)).status_code == 404, name
    for name in ("rule_set_copy", "rule_set_upload", "rule_set_save"):
        assert other.post(page_of(own, name)).status_code == 404, name
    programme = Programme.objects.filter(school=cast.outsider(role).organisation).order_by("pk")[0]
    if role in (Role.COORDINATOR, Role.ADMINISTRATOR):
        form = other.get(reverse("schools:programme_edit", args=[programme.public_id])).content.decode()
        assert str(own.public_id) not in form
        values = {"name": "Stolen", "required_minutes": "10", "sign_days_before": "10", "rule_set": str(own.public_id)}
        assert other.post(reverse("schools:programme_new"), values).status_code == 422


def test_the_page_says_the_rules_in_plain_words_with_every_number(client, own):
    text = shown(client.get(page_of(own)))
    for words in (
        "Taken from the programme: Minutes of the programme",
        "Three hundred hours in a metal firm.",
        "Handbook, page 4",
        "A share is taken of the hours that are asked for.",
        "Only what the host has confirmed counts",
        "At most 20% of the time that “Hours in the firm” asks for",
        "Only work where it is done from afar",
        "At least 300 h",
        "Only at hosts where the host is recognised",
        "This must hold: “Pathway” is BOL; “Minutes before” is at least 60",
        "For students who are at least 16 and younger than 18",
        "At most 8 h a day",
        "No work from 22:00 to 06:00",
        "All or nothing: 1 unit",
        "Needs: Hours in the firm",
        "12.50 EUR for each day",
        "At the latest on 14 days after the last day of work",
        "Special consideration never asks for less than 200 h",
    ):
        assert words in text, words


def test_the_source_is_a_link_without_a_trace_and_only_when_it_leads_to_the_web(cast, client, own):
    assert '<a href="https://college.example/handbook" rel="noreferrer">' in client.get(page_of(own)).content.decode()
    source = {"title": "Handbook", "link": "javascript:alert(1)", "grade": "own"}
    save_wording(rule_set=own, wording=wording(changed(source=source)), base=1, **signed(cast))
    assert "javascript:" not in client.get(page_of(own)).content.decode()


def test_the_file_of_a_version_comes_back_as_it_was_handed_in(client, own):
    answer = client.get(page_of(own, "rule_set_file", 1))
    assert json.loads(answer.content) == RULES
    assert list(json.loads(answer.content)) == list(RULES)
    assert answer["Content-Disposition"] == 'attachment; filename="metal-hours.json"'
    assert client.get(page_of(own, "rule_set_file", 2)).status_code == 404


@pytest.mark.parametrize("role", [Role.HEAD, Role.TEACHER])
def test_heads_and_teachers_read_and_do_not_write(cast, own, shipped, role):
    client = cast.client(cast.insider(role))
    assert "Copy for our school" not in client.get(page_of(shipped)).content.decode()
    assert page_of(own, "rule_set_upload") not in client.get(page_of(own)).content.decode()
    for tried in (
        lambda by: copy_rule_set(rule_set=shipped, school=own.school, **by),
        lambda by: bring_rule_set(school=own.school, wording=wording(changed(key="x")), **by),
        lambda by: save_wording(rule_set=own, wording=wording(with_hours(320)), base=1, **by),
    ):
        with pytest.raises(Refused):
            tried(signed(cast, role))


# ── Copying ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_copy_has_the_wording_of_the_original_unchanged_and_says_where_it_comes_from(cast, client, shipped):
    answer = client.post(page_of(shipped, "rule_set_copy"))
    own = RuleSet.objects.get(school=cast.insider(Role.COORDINATOR).organisation)
    assert answer["Location"] == page_of(own)
    assert (own.key, own.copied_from, own.general) == (shipped.key, shipped, False)
    [copy], [original] = own.versions.all(), shipped.versions.all()
    assert (copy.number, copy.hash, copy.content) == (1, original.hash, original.content)
    row = Transition.objects.get(noun="rule_set", object_id=own.pk)
    assert (row.verb, row.school_id, row.details) == ("copy", own.school_id, {"copied_from": shipped.pk})


def test_a_rule_set_is_copied_with_all_its_dated_wordings_so_that_earlier_cohorts_keep_theirs(cast, shipped):
    [first] = shipped.versions.all()
    later = RuleSetVersion.objects.create(
        rule_set=shipped, number=2, content=first.content | {"valid_from": "2026-08-01"}, hash="2" * 64,
        name=first.name, chosen_by=first.chosen_by, valid_from=date(2026, 8, 1), at=NOW,
    )  # fmt: skip
    own = copy_rule_set(rule_set=shipped, school=cast.insider(Role.COORDINATOR).organisation, **signed(cast))
    told = [(one.number, one.hash, one.valid_from) for one in own.versions.order_by("number")]
    assert told == [(1, first.hash, None), (2, later.hash, date(2026, 8, 1))]


def test_a_wording_that_was_replaced_for_the_same_dates_is_not_copied(cast, shipped):
    [first] = shipped.versions.all()
    RuleSetVersion.objects.create(
        rule_set=shipped, number=2, content=first.content | {"remarks": ["Mended"]}, hash="2" * 64, name=first.name,
        chosen_by=first.chosen_by, at=NOW,
    )  # fmt: skip
    own = copy_rule_set(rule_set=shipped, school=cast.insider(Role.COORDINATOR).organisation, **signed(cast))
    assert [(one.number, one.content["remarks"]) for one in own.versions.all()] == [(1, ["Mended"])]


def test_a_school_has_one_copy_and_is_led_to_it(cast, client, shipped):
    client.post(page_of(shipped, "rule_set_copy"))
    own = RuleSet.objects.get(school=cast.insider(Role.COORDINATOR).organisation)
    text = client.get(page_of(shipped)).content.decode()
    assert "Copy for our school" not in text
    assert page_of(own) in text
    client.post(page_of(shipped, "rule_set_copy"))
    assert RuleSet.objects.filter(key=shipped.key, school=own.school).count() == 1
    assert client.post(page_of(own, "rule_set_copy")).status_code == 302
    assert RuleSet.objects.count() == RuleSet.objects.filter(school=None).count() + 1


def test_what_came_with_the_program_cannot_be_changed_by_a_school(cast, client, shipped):
    assert client.get(page_of(shipped, "rule_set_upload")).status_code == 404
    assert client.post(page_of(shipped, "rule_set_save"), {"text": "{}", "base": "1"}).status_code == 404
    content = shipped.versions.get().content | {"remarks": ["Ours now"]}
    with pytest.raises(Refused):
        save_wording(rule_set=shipped, wording=wording(content), base=1, **signed(cast))
    assert shipped.versions.count() == 1


# ── A changed file ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_changed_file_shows_old_beside_new_and_is_stored_only_when_it_is_saved(client, own):
    answer = client.post(page_of(own, "rule_set_upload"), {"file": as_file(with_hours(320))})
    assert answer.status_code == 200
    [change] = answer.context["changes"]
    assert (change.kind, change.title, change.path) == ("changed", "Hours in the firm", "requirements.hours")
    assert (change.before, change.after) == (["At least 300 h"], ["At least 320 h"])
    fields = [(one.path, one.old, one.new) for one in change.fields]
    assert fields == [("requirements.hours.at_least.hours", "300", "320")]
    assert "Save as version 2" in shown(answer)
    assert own.versions.count() == 1
    saved = client.post(page_of(own, "rule_set_save"), carried(answer))
    assert saved["Location"] == page_of(own)
    assert own.versions.get(number=2).content == with_hours(320)
    assert own.versions.get(number=1).content == RULES
    row = Transition.objects.get(noun="rule_set", object_id=own.pk, verb="save_wording")
    assert (row.details, row.role) == ({"version": 2}, "coordinator")


def test_a_rule_that_is_new_and_one_that_is_gone_are_told_whole(client, own):
    content = changed(gates=[], money=[RULES["money"][0] | {"key": "bus", "cents": 300}])
    changes = client.post(page_of(own, "rule_set_upload"), {"file": as_file(content)}).context["changes"]
    told = {one.path: (one.kind, one.before, one.after) for one in changes}
    assert told == {
        "money.bus": ("new", [], ["3.00 EUR for each day"]),
        "money.daily": ("gone", ["12.50 EUR for each day"], []),
        "gates.exam": ("gone", ["Needs: Hours in the firm"], []),
    }


def test_the_same_wording_says_that_nothing_is_different_and_offers_nothing_to_save(client, own):
    answer = client.post(page_of(own, "rule_set_upload"), {"file": as_file(RULES)})
    assert answer.context["changes"] == []
    assert "Nothing is different" in shown(answer)
    assert "Save as version" not in shown(answer)


def test_a_wording_of_an_older_version_is_told_and_not_stored_twice(cast, client, own):
    save_wording(rule_set=own, wording=wording(with_hours(320)), base=1, **signed(cast))
    answer = client.post(page_of(own, "rule_set_upload"), {"file": as_file(RULES)})
    assert "Version 1 has this wording already." in shown(answer)
    assert "Save as version" not in shown(answer)
    assert client.post(page_of(own, "rule_set_save"), carried(answer)).status_code == 422
    assert own.versions.count() == 2


def test_a_file_with_three_mistakes_shows_three_paths_and_keeps_nothing(client, own):
    content = with_hours(320)
    content["requirements"][0]["at_least"]["hours"] = "many"
    content["steps"][1]["surprise"] = 1
    del content["activities"]
    answer = client.post(page_of(own, "rule_set_upload"), {"file": as_file(content)})
    assert answer.status_code == 422
    paths = [problem.path for problem in answer.context["problems"]]
    assert len(paths) == 3
    text = shown(answer)
    assert "3 things to mend in the file" in text
    assert [path for path in paths if path not in text] == []
    assert set(paths) == {"requirements.0.at_least.hours", "steps.1.surprise", "activities"}
    assert own.versions.count() == 1


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"{", "This is not JSON"),
        (b"\xff\xfe", "The file is not UTF-8 text."),
        (b'{"key": 1, "key": 2}', "stands twice in one object"),
        (b"[" * 100_000, "nested too deeply"),
        (b" " * 1_000_001, "The file is larger than a million bytes."),
        (b"", "The file is empty."),
        (b"[]", "must be an object"),
        (json.dumps(changed(jurisdiction="\x00")).encode(), "jurisdiction"),
        (json.dumps(changed(key="another-key")).encode(), "The key of the file is “another-key”"),
    ],
)
def test_a_file_that_is_no_rule_set_of_this_key_is_refused_in_words(client, own, raw, says):
    answer = client.post(page_of(own, "rule_set_upload"), {"file": as_file(raw)})
    assert answer.status_code == 422
    assert says in shown(answer)
    assert own.versions.count() == 1


def test_no_file_asks_for_one(client, own):
    answer = client.post(page_of(own, "rule_set_upload"))
    assert answer.status_code == 422
    assert "Please choose a file." in shown(answer)


def test_a_version_saved_in_the_meantime_is_told_with_the_difference_from_it(cast, client, own):
    seen = client.post(page_of(own, "rule_set_upload"), {"file": as_file(with_hours(320))})
    save_wording(rule_set=own, wording=wording(with_hours(310)), base=1, **signed(cast, Role.ADMINISTRATOR))
    answer = client.post(page_of(own, "rule_set_save"), carried(seen))
    assert answer.status_code == 409
    assert "Somebody saved another version in the meantime. This is the difference from it." in shown(answer)
    [change] = answer.context["changes"]
    assert (change.before, change.after) == (["At least 310 h"], ["At least 320 h"])
    assert own.versions.count() == 2
    assert client.post(page_of(own, "rule_set_save"), carried(answer)).status_code == 302
    assert own.versions.get(number=3).content == with_hours(320)


def test_the_verb_refuses_a_stale_base_and_the_same_answer_sent_twice(cast, own):
    save_wording(rule_set=own, wording=wording(with_hours(320)), base=1, **signed(cast))
    with pytest.raises(Stale):
        save_wording(rule_set=own, wording=wording(with_hours(320)), base=1, **signed(cast))
    assert own.versions.count() == 2


@pytest.mark.parametrize(
    "sent",
    [
        {"text": "{}", "base": "1"},
        {"text": json.dumps(changed(summary=None, jurisdiction="a\x00b")), "base": "1"},
        {"text": json.dumps(with_hours(320)) + "\x00", "base": "1"},
        {"text": json.dumps(with_hours(320)), "base": "x"},
        {"text": "", "base": "1"},
        {"text": json.dumps(changed(key="another-key")), "base": "1"},
    ],
)
def test_what_comes_back_to_be_saved_is_checked_again(client, own, sent):
    assert client.post(page_of(own, "rule_set_save"), sent).status_code == 422
    assert own.versions.count() == 1


def test_a_large_file_goes_through_both_steps(client, own):
    content = changed(remarks=["é" * 1000] * 450)
    answer = client.post(
        page_of(own, "rule_set_upload"), {"file": as_file(json.dumps(content, ensure_ascii=False).encode())}
    )
    assert client.post(page_of(own, "rule_set_save"), carried(answer)).status_code == 302
    assert own.versions.get(number=2).content == content


def test_a_new_version_leaves_what_was_evaluated_with_the_old_one(cast, own):
    before = own.versions.get()
    later = save_wording(rule_set=own, wording=wording(with_hours(320)), base=1, **signed(cast))
    enrolment = Enrolment.objects.select_related("cohort__version").order_by("pk")[0]
    enrolment.cohort.version.rule_set = own
    assert version_in_force(enrolment, NOW.date()) == later
    before.refresh_from_db()
    assert before.content == RULES


# ── A rule set that is no copy ───────────────────────────────────────────────────────────────────────────────────────


def test_a_rule_set_from_a_file_is_read_in_plain_words_before_it_is_saved(cast, client):
    answer = client.post(reverse("schools:rule_set_new"), {"file": as_file(RULES)})
    assert answer.status_code == 200
    assert "At least 300 h" in shown(answer)
    assert not RuleSet.objects.filter(key="metal-hours").exists()
    saved = client.post(reverse("schools:rule_set_bring"), carried(answer))
    made = RuleSet.objects.get(key="metal-hours")
    assert saved["Location"] == page_of(made)
    assert (made.school, made.copied_from) == (cast.insider(Role.COORDINATOR).organisation, None)
    assert made.versions.get().content == RULES
    assert Transition.objects.get(noun="rule_set", object_id=made.pk).verb == "bring"


def test_a_key_that_the_school_has_is_refused_at_both_steps_and_another_schools_key_is_free(cast, client, own):
    address = reverse("schools:rule_set_new")
    answer = client.post(address, {"file": as_file(with_hours(320))})
    assert answer.status_code == 422
    assert "Your school has a credit rule with the key “metal-hours” already." in shown(answer)
    sent = {"text": json.dumps(with_hours(320)), "base": "0"}
    assert client.post(reverse("schools:rule_set_bring"), sent).status_code == 422
    other = cast.client(cast.outsider(Role.COORDINATOR))
    assert other.post(reverse("schools:rule_set_bring"), sent).status_code == 302
    assert RuleSet.objects.filter(key="metal-hours").count() == 2


def test_a_schools_rule_is_never_the_general_one(cast, client):
    content = changed(general=True)
    client.post(reverse("schools:rule_set_bring"), {"text": json.dumps(content), "base": "0"})
    assert RuleSet.objects.get(key="metal-hours").general is False


# ── Programmes ───────────────────────────────────────────────────────────────────────────────────────────────────────


def head_of(programme: Programme, rule_set: RuleSet | None) -> dict:
    version = programme.versions.order_by("-number")[0]
    return {
        "name": programme.name, "code": programme.code, "occupation_codes": [],
        "required_minutes": version.required_minutes, "whole_minutes": version.whole_minutes, "rule_set": rule_set,
    }  # fmt: skip


def test_a_programme_chooses_a_rule_and_another_rule_makes_a_new_version_once_students_are_enrolled(cast, client, own):
    programme = Programme.objects.filter(school=own.school, versions__cohorts__enrolments__isnull=False).distinct()[0]
    enrolment = Enrolment.objects.filter(cohort__version__programme=programme).order_by("pk")[0]
    form = client.get(reverse("schools:programme_edit", args=[programme.public_id])).content.decode()
    assert "The general one: Hours at work" in form
    assert "Metal work, 300 hours (our own)" in form
    values = {"name": programme.name, "required_minutes": "315", "sign_days_before": "10"}
    values |= {"rule_set": str(own.public_id)}
    client.post(reverse("schools:programme_edit", args=[programme.public_id]), values)
    new = programme.versions.order_by("-number")[0]
    assert (new.number, new.rule_set, new.units.count()) == (2, own, programme.versions.get(number=1).units.count())
    enrolment = Enrolment.objects.select_related("cohort__version").get(pk=enrolment.pk)
    assert (enrolment.cohort.version.number, enrolment.cohort.version.rule_set) == (1, None)
    assert version_in_force(enrolment, NOW.date()).rule_set.general
    page = client.get(reverse("schools:programme", args=[programme.public_id])).content.decode()
    assert f'<a href="{page_of(own)}">Metal work, 300 hours</a>' in page


def test_without_students_the_rule_changes_in_place_and_the_same_rule_changes_nothing(cast, own):
    programme = Programme.objects.create(school=own.school, name="Empty")
    programme.versions.create(required_minutes=60)
    assert edit_programme(programme=programme, **head_of(programme, own), **signed(cast)).number == 1
    assert programme.versions.get().rule_set == own
    Cohort.objects.create(version=programme.versions.get(), name="x", starts_on=date(2026, 9, 1))
    assert edit_programme(programme=programme, **head_of(programme, None), **signed(cast)).number == 1
    assert programme.versions.get().rule_set is None
    row = Transition.objects.filter(noun="programme", object_id=programme.pk).latest("pk")
    assert row.details == {"version": 1, "required_minutes": 60, "whole_minutes": None, "rule_set": None}


def test_a_new_version_keeps_the_length_of_the_programme_and_how_a_rule_set_calls_its_units(cast, own):
    programme = Programme.objects.filter(school=own.school, versions__cohorts__enrolments__isnull=False).distinct()[0]
    programme.versions.get().units.filter(position=1).update(code="U1")
    programme.versions.update(whole_minutes=120_000)
    new = edit_programme(programme=programme, **head_of(programme, own), **signed(cast))
    assert (new.number, new.whole_minutes) == (2, 120_000)
    assert new.units.get(position=1).code == "U1"


def test_a_rule_set_of_another_school_is_refused_by_the_verb(cast, own):
    programme = Programme.objects.filter(school=cast.outsider(Role.COORDINATOR).organisation).order_by("pk")[0]
    with pytest.raises(Refused):
        edit_programme(programme=programme, **head_of(programme, own), **signed(cast))


def test_the_pages_cost_the_same_with_more_rule_sets_and_versions(cast, client, own, django_assert_num_queries):
    programme = Programme.objects.filter(school=own.school).order_by("pk")[0]
    for turn in range(2):
        with django_assert_num_queries(7):
            client.get(reverse("schools:rule_sets"))
        with django_assert_num_queries(8):
            client.get(page_of(own))
        with django_assert_num_queries(9):
            client.get(reverse("schools:programme_edit", args=[programme.public_id]))
        for number in range(3):
            content = changed(key=f"more-{turn}-{number}")
            bring_rule_set(school=own.school, wording=wording(content), **signed(cast))
            base = own.versions.count()
            save_wording(rule_set=own, wording=wording(with_hours(400 + base)), base=base, **signed(cast))
