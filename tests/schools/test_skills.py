"""The shipped skills in three languages, and what a programme asks its hosts beside them."""

import json
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils.translation import override

from accounts.roles import Role
from core.models import Transition
from core.workflow import Actor, Refused
from schools.models import FeedbackPhrase, Programme, ProgrammeVersion, Skill, SkillScale
from schools.skills import shipped
from schools.skills.asking import asked_skills, levels_of, said
from schools.skills.phrases import PHRASES, phrases_of
from schools.workflow import add_skill, end_skill, write_phrases

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
TODAY = date(2026, 11, 24)
OFFICE = Actor("user", 1, Role.COORDINATOR)
ANCHORS = ["Cannot yet", "With a hint", "Reads it", "Explains it"]


@pytest.fixture
def programme(cast) -> Programme:
    school = cast.insider(Role.COORDINATOR).organisation
    programme = Programme.objects.create(school=school, name="Ship building")
    ProgrammeVersion.objects.create(programme=programme, required_minutes=315 * 60)
    return programme


def add(programme, name="Reading drawings", **changed) -> Skill:
    values = {"key": uuid4(), "name": name, "anchors": ANCHORS, "language": "en", "by": OFFICE, "at": NOW, **changed}
    return add_skill(programme=programme, **values)


def end(skill: Skill, when: datetime = NOW) -> None:
    end_skill(skill=skill, by=OFFICE, at=when)


def write(programme, *texts, by=OFFICE) -> list[str]:
    write_phrases(programme=programme, texts=texts, by=by, at=NOW)
    return list(FeedbackPhrase.objects.filter(programme=programme).values_list("text", flat=True))


# ── What is shipped ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", shipped.files(), ids=lambda path: path.stem)
def test_a_shipped_scale_has_every_text_in_every_language_and_one_sentence_for_each_level(path):
    content = json.loads(path.read_text(encoding="utf-8"))
    languages, levels = {"en", "fr", "ar"}, len(content["levels"])
    assert (levels, len(content["skills"])) == (4, 6)
    assert all(set(level) == languages and all(level.values()) for level in content["levels"])
    for skill in content["skills"]:
        assert set(skill["name"]) == set(skill["anchors"]) == languages
        for anchors in skill["anchors"].values():
            assert len(set(anchors)) == levels
            assert all(0 < len(anchor) <= 80 for anchor in anchors)


def test_loading_the_skills_twice_is_like_once_and_mends_texts_without_touching_a_programmes_own(programme):
    own = add(programme)
    common = Skill.objects.get(key="talking", programme=None)
    Skill.objects.filter(pk=common.pk).update(name={"en": "Misspelt"})
    call_command("load_skills")
    before = Skill.objects.order_by("pk").values_list("pk", "name", "anchors")
    found = list(before)
    call_command("load_skills")
    assert list(before.all()) == found
    assert Skill.objects.get(pk=common.pk).name == common.name
    assert Skill.objects.get(pk=own.pk).name == {"en": "Reading drawings"}


def test_a_shipped_scale_never_gets_other_levels_under_its_marks():
    scale = SkillScale.objects.get(key="everyday-work")
    SkillScale.objects.filter(pk=scale.pk).update(levels=scale.levels[:3])
    with pytest.raises(ValueError, match="dates of its own"):
        shipped.load()


@pytest.mark.parametrize(
    ("language", "word"),
    [
        ("en", "Listening and talking"),
        ("fr", "Écouter et parler"),
        ("ar", "الإصغاء والحديث"),
        ("de", "Listening and talking"),
    ],
)
def test_a_skill_is_read_in_the_readers_language_and_else_in_english(language, word):
    skill = Skill.objects.select_related("scale").get(key="talking", programme=None)
    with override(language):
        assert said(skill.name) == word
        assert [number for number, _name, _anchor in levels_of(skill)] == [1, 2, 3, 4]


def test_a_text_without_english_is_read_in_the_language_that_there_is():
    with override("ar"):
        assert said({"fr": "Lire un plan"}) == "Lire un plan"


def test_a_scale_is_asked_about_only_between_its_dates(programme):
    common = {skill.key for skill in asked_skills(programme, TODAY)}
    assert common == {"being-there", "talking", "with-others", "drive", "thinking", "safety"}
    SkillScale.objects.filter(key="everyday-work").update(valid_from=TODAY, valid_to=TODAY)
    days = (date(2026, 11, 23), TODAY, date(2026, 11, 25))
    assert [len(asked_skills(programme, day)) for day in days] == [0, 6, 0]


def test_another_schools_scale_is_not_asked_about(programme, cast):
    other = cast.outsider(Role.COORDINATOR).organisation
    scale = SkillScale.objects.create(key="theirs", school=other, levels=[{"en": "One"}, {"en": "Two"}])
    words = {"position": 1, "name": {"en": "Secret"}, "anchors": {"en": ["A", "B"]}}
    Skill.objects.create(scale=scale, key="theirs", **words)
    assert "theirs" not in {skill.key for skill in asked_skills(programme, TODAY)}


# ── A programme's own ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_programmes_own_skill_comes_after_the_common_ones_and_only_there(programme):
    skill = add(programme)
    other = Programme.objects.create(school=programme.school, name="Baking at sea")
    assert [one.key for one in asked_skills(programme, TODAY)][-1] == skill.key
    assert len(asked_skills(programme, TODAY)) == 7
    assert len(asked_skills(other, TODAY)) == 6
    assert [anchor for _number, _name, anchor in levels_of(skill)] == ANCHORS


def test_the_same_form_sent_twice_makes_one_skill(programme):
    key = uuid4()
    assert add(programme, key=key) == add(programme, key=key, name="Something else")
    assert Skill.objects.filter(programme=programme).count() == 1


def test_a_sixth_skill_waits_until_one_is_taken_out(programme):
    first, *_others = [add(programme, f"Skill {number}") for number in range(5)]
    with pytest.raises(Refused, match="At most 5"):
        add(programme, "Skill 5")
    end(first)
    assert add(programme, "Skill 5").position == 6
    begun_before = [skill.pk for skill in asked_skills(programme, date(2026, 11, 23))][6:]
    assert (first.pk in begun_before, len(begun_before)) == (True, 5)
    assert first.pk not in {skill.pk for skill in asked_skills(programme, TODAY)}


def test_every_level_needs_a_sentence_and_only_the_office_writes(programme):
    with pytest.raises(Refused, match="Every level"):
        add(programme, anchors=ANCHORS[:3])
    for role in (Role.TEACHER, Role.HEAD, Role.SUPERVISOR):
        with pytest.raises(Refused, match="may not"):
            add(programme, by=Actor("user", 1, role))
        with pytest.raises(Refused, match="may not"):
            write(programme, "Welds well.", by=Actor("user", 1, role))


def test_a_common_skill_is_never_taken_out_by_a_school():
    with pytest.raises(Refused, match="common to all"):
        end(Skill.objects.get(key="talking", programme=None))


def test_a_programme_has_up_to_six_sentences_in_order_and_else_those_for_everybody(programme):
    assert phrases_of(programme) == [str(phrase) for phrase in PHRASES]
    assert write(programme, "Welds  clean seams.", "", "Measures twice.", "Measures twice.") == [
        "Welds clean seams.",
        "Measures twice.",
    ]
    assert phrases_of(programme) == ["Welds clean seams.", "Measures twice."]
    with pytest.raises(Refused, match="At most 6"):
        write(programme, *map(str, range(7)))
    assert write(programme, *map(str, PHRASES)) == []
    rows = Transition.objects.filter(noun="asked_of_hosts", object_id=programme.pk)
    assert list(rows.order_by("pk").values_list("verb", "details")) == [
        ("phrases", {"phrases": 2}),
        ("phrases", {"phrases": 0}),
    ]


# ── Screens ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def page(name, *args) -> str:
    return reverse(f"schools:{name}", args=args)


def test_the_coordinator_writes_sentences_and_a_skill_on_the_programmes_pages(cast, programme):
    client = cast.client(cast.insider(Role.COORDINATOR))
    asked = page("asked", programme.public_id)
    assert asked in client.get(page("programme", programme.public_id)).text
    form = client.get(asked).context["form"]
    assert [form[f"phrase_{number}"].value() for number in range(1, 7)] == [str(phrase) for phrase in PHRASES]
    assert client.post(asked, {"phrase_1": "Welds clean seams."}).status_code == 302
    assert phrases_of(programme) == ["Welds clean seams."]
    new = page("skill_new", programme.public_id)
    typed = {"key": str(uuid4()), "name": "Reading drawings", "level_1": ANCHORS[0]}
    refused = client.post(new, typed)
    assert (refused.status_code, "Reading drawings" in refused.text) == (422, True)
    sent = typed | {f"level_{number}": text for number, text in enumerate(ANCHORS, 1)}
    assert client.post(new, sent).status_code == client.post(new, sent).status_code == 302
    skill = Skill.objects.get(programme=programme)
    assert (skill.name, skill.anchors) == ({"en": "Reading drawings"}, {"en": ANCHORS})
    assert all(text in client.get(asked).text for text in ("Reading drawings", *ANCHORS))
    gone = page("skill_end", skill.public_id)
    assert "Placements that begin from today on" in client.get(gone).text
    assert client.post(gone).status_code == 302
    assert "Reading drawings" not in client.get(asked).text


def test_a_skill_is_kept_in_the_language_in_which_it_was_written(cast, programme):
    client = cast.client(cast.insider(Role.COORDINATOR))
    sent = {"key": str(uuid4()), "name": "Lire un plan"}
    sent |= {f"level_{number}": f"Niveau {number}" for number in range(1, 5)}
    with override("fr"):
        client.post(page("skill_new", programme.public_id), sent, headers={"accept-language": "fr"})
    assert Skill.objects.get(programme=programme).name == {"fr": "Lire un plan"}


def test_teachers_and_heads_read_what_hosts_are_asked_and_outsiders_see_nothing(cast, programme):
    asked = page("asked", programme.public_id)
    for role in (Role.TEACHER, Role.HEAD):
        client = cast.client(cast.insider(role))
        assert str(PHRASES[0]) in client.get(asked).text
        assert '<form class="form"' not in client.get(asked).text
        assert client.post(asked, {"phrase_1": "Mine."}).status_code == 404
    outsider = cast.client(cast.outsider(Role.COORDINATOR))
    skill = add(programme)
    assert outsider.get(asked).status_code == outsider.post(asked, {}).status_code == 404
    assert outsider.post(page("skill_end", skill.public_id)).status_code == 404
    assert not FeedbackPhrase.objects.filter(programme=programme).exists()
