"""What the school and the parties see of an agreement: paper, changes line by line, the PDF, blocks of the school."""

import io
from datetime import date

import pypdf
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import Document, Organisation
from accounts.roles import Role
from placements.models import Placement, Signature
from placements.workflow import propose, refuse, sign_paper
from schools.models import AgreementBlock
from tests.placements.college import NOW, build, by_party, member, put_name
from tests.placements.test_agreement import new_version, under
from tests.placements.test_sign_screens import client_of, mint

pytestmark = pytest.mark.usefixtures("_november")
PDF = b"%PDF-1.7 signed"


@pytest.fixture
def _november():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def college(db):
    return build()


@pytest.fixture
def desk(college):
    return client_of(college.coordinator)


@pytest.fixture
def places(college):
    return college.asked()


def at(name, thing):
    return reverse(f"placements:{name}", args=[thing.public_id])


def text_of(answer):
    return answer.content.decode()


def signed(college):
    return Signature.objects.filter(agreement__in=college.agreements).exclude(signed_at=None)


def words_of(answer):
    pages = pypdf.PdfReader(io.BytesIO(answer.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


# ── Signing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("who", "party", "promise"),
    [
        ("student", "student", "Come on time, log each day, say at once when you cannot come."),
        ("guardian", "guardian", "Agree that your child works there at these times."),
        ("supervisor", "host", "Give fitting tasks, keep the student safe, confirm the hours every week."),
        ("coordinator", "school", "Keep contact, help when something goes wrong, decide on the credit."),
    ],
)
def test_the_page_begins_with_five_lines_for_this_party_and_holds_the_whole_text(college, places, who, party, promise):
    text = text_of(client_of(getattr(college, who)).get(at("sign", places[party])))
    for line in (
        "Nia Berg, guided by Milan Novak", "Novak Garage, Dock Road 12", "About 35 h a week, 315 h in all", promise,
    ):  # fmt: skip
        assert line in text
    head, _details, rest = text.partition("Read the whole text")
    assert "I agree and sign" in head
    assert "A change of this plan needs a new version, signed by all of us." in rest


def test_a_teacher_whom_the_rules_ask_signs_at_the_desk(college):
    places = under(college, "france-pfmp-bac-pro").asked()
    teacher = client_of(college.teacher)
    assert "Keep contact and look at what is learned." in text_of(teacher.get(at("sign", places["teacher"])))
    teacher.post(at("sign", places["teacher"]), {"name_typed": "Tom Hale"})
    places["teacher"].refresh_from_db()
    assert (places["teacher"].name_typed, places["teacher"].channel) == ("Tom Hale", "account")


def test_one_name_signs_for_firm_and_tutor_and_the_page_says_so(college):
    places = under(college, "france-pfmp-bac-pro").asked()
    _link, url = mint(college, places["host"])
    assert "You sign as: Host and Supervisor at the workplace" in text_of(Client().get(url))
    Client().post(url, {"name_typed": "Milan Novak"})
    found = signed(college).values_list("party", "channel")
    assert set(found) == {("host", "link"), ("tutor", "link")}


def test_before_its_turn_a_party_reads_and_waits(college):
    places = under(college, "denmark-training-agreement").asked()
    student = client_of(college.student)
    text = text_of(student.get(at("sign", places["student"])))
    assert "It is not your turn yet" in text
    assert "First: Host." in text
    assert "I agree and sign" not in text
    answer = student.post(at("sign", places["student"]), {"name_typed": "Nia Berg"})
    assert answer.status_code == 422
    assert "Somebody else signs first: Host." in text_of(answer)
    put_name(places["host"])
    assert "I agree and sign" in text_of(student.get(at("sign", places["student"])))


def test_a_link_shows_no_birth_date_no_address_of_people_and_no_other_student(college, places):
    """E12: what a link opens is this agreement and nothing else."""
    other = member("Olof Ek", Role.STUDENT, college.school)
    Placement.objects.create(
        school=college.school, learner=other.user.person, employer=college.site.employer,
        starts_on=date(2027, 1, 4), ends_on=date(2027, 3, 5),
    )  # fmt: skip
    _link, url = mint(college, places["host"])
    for answer in (text_of(Client().get(url)), words_of(Client().get(f"{url}agreement.pdf"))):
        assert "Nia Berg" in answer
        assert [word for word in ("Olof", "2009", "@college.test") if word in answer] == []


# ── New versions ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_party_sees_what_is_new_and_why_line_by_line(college):
    placement = college.agreed()
    plan = college.plan(placement, purpose="Learn to weld.", change_reason="The workshop has new machines")
    places = {
        one.party: one
        for one in propose(agreement=plan.agreement, sign_by=date(2026, 12, 20), by=college.office, at=NOW)
    }
    text = text_of(client_of(college.student).get(at("sign", places["student"])))
    assert "<dt>New</dt><dd>What is learned</dd>" in text
    assert "Reason: The workshop has new machines" in text
    assert "<del>Learn to work safely.</del>" in text
    assert "<ins>Learn to weld.</ins>" in text


def test_whoever_the_change_does_not_concern_sees_that_their_signature_holds(college):
    placement = college.agreed()
    _plan, places = new_version(college, placement, purpose="Learn to weld.")
    text = text_of(client_of(college.guardian).get(at("sign", places["guardian"])))
    assert "You have signed" in text
    assert "Signed version 1 as “A. Name”" in text
    assert "What has changed since does not concern this party." in text


def test_the_desk_sees_the_change_before_sending_it_and_who_is_not_asked(college, desk):
    placement = college.agreed()
    plan = college.plan(placement, purpose="Learn to weld.", change_reason="New machines")
    text = text_of(desk.get(at("propose", placement)))
    assert "What version 2 changes" in text
    assert "What is learned. New machines" in text
    assert text.count("Signed version 1; what has changed does not concern this party") == 1
    lines = text_of(desk.get(at("agreement_difference", plan.agreement)))
    assert "Version 2 against version 1" in lines
    assert "<ins>Learn to weld.</ins>" in lines


def test_a_first_version_has_nothing_to_compare_with(college, desk):
    assert desk.get(at("agreement_difference", college.asked()["host"].agreement)).status_code == 404


def test_a_draft_is_read_by_the_staff_alone(college):
    plan = college.plan(college.placement())
    statuses = {
        who: client_of(getattr(college, who)).get(at("agreement_pdf", plan.agreement)).status_code
        for who in ("coordinator", "teacher", "student", "guardian", "supervisor")
    }
    assert statuses == {"coordinator": 200, "teacher": 200, "student": 404, "guardian": 404, "supervisor": 404}


def test_the_school_reads_the_reason_of_a_refusal_and_what_to_do(college, desk, places):
    refuse(signature=places["host"], reason="No room in January", by=by_party("host"), at=NOW)
    text = text_of(desk.get(at("propose", places["host"].agreement.plan.placement)))
    assert "One party did not agree" in text
    assert "No room in January" in text
    assert "make a new version" in text


def test_the_last_day_for_signing_follows_the_programme(college, desk):
    version = college.enrolment.cohort.version
    version.sign_days_before = 21
    version.save()
    placement = college.placement()
    college.plan(placement)
    assert 'value="2026-12-14"' in text_of(desk.get(at("propose", placement)))


# ── Paper ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def typed(**changes):
    return {"name_typed": "Milan Novak", "signed_on": "2026-11-23", **changes}


def test_the_desk_writes_down_a_paper_with_its_scan_and_opens_it_again(college, desk, places):
    url = at("sign_paper", places["host"])
    assert 'value="Milan Novak"' in text_of(desk.get(url))
    answer = desk.post(url, typed(file=SimpleUploadedFile("x.exe", PDF)))
    assert answer["Location"] == at("propose", places["host"].agreement.plan.placement)
    text = text_of(desk.get(answer["Location"]))
    assert "Signed on paper as “Milan Novak”, Mon 23 Nov 2026; written down by the school." in text
    assert "Written down by" in text_of(desk.get(url))
    scan = desk.get(at("paper_file", places["host"]))
    assert (scan.content, scan["Content-Type"], scan["X-Content-Type-Options"]) == (PDF, "application/pdf", "nosniff")
    assert Document.objects.get().kind == "agreement"


def test_a_double_post_of_a_paper_keeps_one_document_s_signature(college, desk, places):
    for _tap in range(2):
        desk.post(at("sign_paper", places["host"]), typed(file=SimpleUploadedFile("x.pdf", PDF)))
    assert college.moves.filter(verb="sign_paper").count() == 1
    assert Document.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"signed_on": "2026-11-25"}, "This day has not come yet."),
        ({"signed_on": "yesterday"}, "Enter a valid date."),
        ({"name_typed": "."}, "Type the name as it stands on the paper."),
        ({"file": SimpleUploadedFile("x.pdf", b"<html>")}, "Hand in a PDF, or a picture as JPEG, PNG or WebP."),
    ],
)
def test_a_wrong_paper_comes_back_with_what_was_typed_and_keeps_nothing(college, desk, places, changes, said):
    answer = desk.post(at("sign_paper", places["host"]), typed(**changes))
    assert answer.status_code == 422
    text = text_of(answer)
    assert said in text
    assert f'value="{changes.get("name_typed", "Milan Novak")}"' in text
    assert not Document.objects.exists()
    assert not signed(college).exists()


def test_a_scan_follows_and_the_paper_is_taken_back_with_a_reason(college, desk, places):
    place = places["host"]
    desk.post(at("sign_paper", place), typed())
    assert "The scan is missing" in text_of(desk.get(at("propose", place.agreement.plan.placement)))
    desk.post(at("paper_scan", place), {"file": SimpleUploadedFile("x.pdf", PDF)})
    assert desk.get(at("paper_file", place)).content == PDF
    assert desk.post(at("paper_take_back", place), {"reason": " "}).status_code == 422
    desk.post(at("paper_take_back", place), {"reason": "Wrong sheet"})
    place.refresh_from_db()
    assert (place.signed_at, place.document) == (None, None)
    assert desk.get(at("paper_file", place)).status_code == 404


def test_nobody_else_writes_down_papers_or_opens_scans(college, places):
    sign_paper(
        signature=places["host"], name_typed="Milan Novak", signed_on=NOW.date(), by=college.office, at=NOW,
        recorded_by=college.coordinator.user.person,
        file=SimpleUploadedFile("x.pdf", PDF),
    )  # fmt: skip
    stranger = member("Sten Gray", Role.COORDINATOR, Organisation.objects.create(kind="school", name="Hillside"))
    for who in (college.teacher, college.student, college.supervisor, college.guardian, stranger):
        client = client_of(who)
        assert client.get(at("sign_paper", places["student"])).status_code == 404
        assert client.post(at("sign_paper", places["student"]), typed()).status_code == 404
        assert client.get(at("paper_file", places["host"])).status_code == 404
    assert signed(college).count() == 1


# ── PDF ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

NASTY = '#eval("1+1") #panic() $x^2$ *bold* _low_ \\textbf{x} <label> @cite `raw` // gone /* gone */ [box] = Head'


def test_the_paper_holds_the_whole_text_and_every_place_with_who_when_and_how(college, desk, places):
    put_name(places["student"], name="Nia B.")
    sign_paper(
        signature=places["host"], name_typed="M. Novak", signed_on=date(2026, 11, 23), by=college.office, at=NOW,
        recorded_by=college.coordinator.user.person,
    )  # fmt: skip
    answer = desk.get(at("agreement_pdf", places["host"].agreement))
    words = words_of(answer)
    plan = places["host"].agreement.plan
    for line in plan.text.split("\n"):
        assert " ".join(line.split()) in words
    assert "Signed as “Nia B.”, Tue 24 Nov 2026, 09:00" in words
    assert "Signed on paper as “M. Novak”, Mon 23 Nov 2026; written down by the school." in words
    assert words.count("Date and signature") == 2
    assert plan.text_hash in words.replace(" ", "")
    reader = pypdf.PdfReader(io.BytesIO(answer.content))
    assert "/MarkInfo" in reader.trailer["/Root"]
    assert answer["Cache-Control"] == "private, no-store"


def test_a_school_s_words_are_shown_on_paper_and_never_run(college, desk):
    AgreementBlock.objects.create(school=college.school, position=1, heading=NASTY, text=f"{NASTY}\n\n{NASTY}")
    plan = college.plan(college.placement(), purpose=NASTY)
    words = words_of(desk.get(at("agreement_pdf", plan.agreement)))
    assert words.count(" ".join(NASTY.split())) == 4


def test_letters_without_a_font_make_a_plain_paper_that_says_so(college, desk):
    plan = college.plan(college.placement(), purpose="安全に働く")
    words = words_of(desk.get(at("agreement_pdf", plan.agreement)))
    assert "Some letters of this document have no font here; they are shown as boxes." in words


def test_pages_of_an_agreement_need_at_most_twelve_queries(college, desk, django_assert_max_num_queries):
    placement = college.agreed()
    plan, places = new_version(college, placement, purpose="Learn to weld.")
    _link, url = mint(college, places["host"])
    for client, address in (
        (Client(), url),
        (Client(), f"{url}agreement.pdf"),
        (client_of(college.student), at("sign", places["student"])),
        (desk, at("propose", placement)),
        (desk, at("sign_paper", places["host"])),
        (desk, at("agreement_difference", plan.agreement)),
        (desk, at("agreement_pdf", plan.agreement)),
    ):
        with django_assert_max_num_queries(12):
            assert client.get(address).status_code == 200
    assert college.agreements.count() == 2


def test_a_stale_tab_says_that_the_text_is_another_one_and_signs_nothing(college, places):
    """E42: the page was open while the school made a new version."""
    _link, url = mint(college, places["host"])
    page = Client()
    page.get(url)
    college.plan(places["host"].agreement.plan.placement, purpose="Learn to weld.")
    answer = page.post(url, {"name_typed": "Milan Novak"})
    assert answer.status_code == 422
    assert "There is a newer version" in text_of(answer)
    assert not signed(college).exists()
