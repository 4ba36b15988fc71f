"""A transcript tells what the ledger tells; its PDF can be read by everybody, and its code says valid or not valid."""

import io
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from accounts.access import actor_of
from accounts.roles import Role
from core.models import Transition
from core.workflow import Refused
from credits import ledger
from credits.models import Correction, Decision, LedgerEntry, Transcript
from credits.paper import draw
from credits.queries import balances
from credits.transcripts import credit_text, told
from credits.workflow import issue
from schools.models import Cohort, Enrolment, Unit

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
UNKNOWN = "7KQ4-M2XH-9RTB-PC3W"


@pytest.fixture
def lina(cast) -> Enrolment:
    """Her ledger holds one row: 140 h."""
    return Enrolment.objects.get(student__person=cast.insider(Role.STUDENT).user.person)


@pytest.fixture
def per(cast) -> Enrolment:
    """Nothing is credited to him."""
    return Enrolment.objects.get(student__person__given_name="Per", student__person__family_name="Ek")


def first_row(enrolment) -> LedgerEntry:
    return LedgerEntry.objects.get(student=enrolment.student, sequence=1)


def credit(enrolment, *, minutes=60, at=NOW, **said) -> LedgerEntry:
    """One more row, from a decision of its own on what the first row was decided on."""
    evaluation = first_row(enrolment).evaluation
    decision = Decision.objects.create(
        enrolment=enrolment,
        evaluation=evaluation,
        state=Decision.State.PARTLY,
        decided_by=enrolment.teacher,
        decided_at=at,
    )
    words = {"award": "hours-credited", "measure": "hours", **said}
    return ledger.append(decision=decision, minutes=minutes, at=at, **words)


def take_back(entry, *, by) -> LedgerEntry:
    Correction.objects.create(
        decision=entry.decision,
        state=Correction.State.UPHELD,
        text="The hours are wrong.",
        asked_at=NOW,
        answer_by=date(2026, 12, 8),
        answer="You are right.",
        answered_by=by,
        answered_at=NOW,
    )
    return ledger.reverse(entry=entry, decision=entry.decision, at=NOW)


def whole(enrolment, until=None):
    return told(enrolment.student, Enrolment.objects.all(), until=until)


def issued(enrolment, cast) -> Transcript:
    return issue(student=enrolment.student, by=actor_of(cast.insider(Role.COORDINATOR)), at=NOW)


def text_of(pdf: bytes) -> str:
    """The words of a PDF with one space between them."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages).split())


def words_of(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def page_of(enrolment) -> str:
    return reverse("credits:transcript", args=[enrolment.student.public_id])


# ── The page ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_tells_every_row_in_order_and_the_sums_are_the_balance(lina):
    unit = Unit.objects.create(version=lina.cohort.version, position=99, title="Brakes")
    credit(lina, minutes=450, credit=500, measure="credit", unit=unit, award="brakes")
    (part,) = whole(lina).parts
    assert [(line.label, line.entry.minutes, line.credit) for line in part.lines] == [
        ("Hours at work", 8400, ""),
        ("Brakes", 450, "0.5\N{NO-BREAK SPACE}credit"),
    ]
    assert {line.by for line in part.lines} == {lina.teacher}
    assert {line.rules for line in part.lines} == {"Hours at work, version 1"}
    assert (part.minutes, part.credits) == (8850, ["0.5\N{NO-BREAK SPACE}credit"])
    assert part.minutes == balances([lina.pk])[lina.pk]


def test_credit_is_said_without_needless_digits():
    assert [credit_text(credit, "unit") for credit in (500, 10_000, 1_125, -500)] == [
        "0.5\N{NO-BREAK SPACE}unit",
        "10\N{NO-BREAK SPACE}unit",
        "1.125\N{NO-BREAK SPACE}unit",
        "−0.5\N{NO-BREAK SPACE}unit",
    ]


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.HEAD, Role.TEACHER])
def test_the_staff_who_read_the_credit_read_the_transcript(lina, cast, role):
    answer = cast.client(cast.insider(role)).get(page_of(lina))
    words = words_of(answer)
    assert "Hours at work Row 1 Fri 20 Nov 2026 140 h Pär Lind Hours at work, version 1" in words
    assert "Sum 140 h" in words
    assert first_row(lina).hash[:12] in words
    assert "Make the PDF" in words


def test_a_student_reads_their_own_and_nobody_elses(lina, per, cast):
    client = cast.client(cast.insider(Role.STUDENT))
    assert "Sum 140 h" in words_of(client.get(reverse("credits:my_transcript")))
    assert client.get(page_of(lina)).status_code == 404
    assert client.post(reverse("credits:transcript_issue", args=[per.student.public_id])).status_code == 404
    assert client.get(reverse("reports:my_credit")).content.decode().count(reverse("credits:my_transcript")) == 1


def test_where_nothing_is_credited_the_page_says_so_and_no_pdf_is_made(per, cast):
    client = cast.client(cast.insider(Role.COORDINATOR))
    words = words_of(client.get(page_of(per)))
    assert "Nothing is credited yet" in words
    assert "Make the PDF" not in words
    client.post(reverse("credits:transcript_issue", args=[per.student.public_id]))
    assert not Transcript.objects.exists()
    with pytest.raises(Refused, match="Nothing is credited yet"):
        issued(per, cast)


def test_what_was_taken_back_stays_in_sight_with_who_took_it_back(lina, cast):
    head = cast.insider(Role.HEAD).user.person
    take_back(first_row(lina), by=head)
    (part,) = whole(lina).parts
    assert [(line.taken_back, line.takes_back, line.by) for line in part.lines] == [
        (True, None, lina.teacher),
        (False, 1, head),
    ]
    assert part.minutes == balances([lina.pk])[lina.pk] == 0
    words = words_of(cast.client(cast.insider(Role.COORDINATOR)).get(page_of(lina)))
    assert "Hours at work Taken back Row 1" in words
    assert "Hours at work Takes back row 1 Row 2 Tue 24 Nov 2026 −140 h Ingrid Solberg" in words


def test_in_french_the_words_of_the_rules_are_french(lina):
    credit(lina, credit=500, measure="credit")
    with translation.override("fr"):
        (part,) = whole(lina).parts
        assert part.lines[1].label == "Heures en entreprise"
        assert part.lines[1].rules == "Heures en entreprise, version 1"
        assert part.lines[1].credit == "0,5\N{NO-BREAK SPACE}crédit"


def test_a_teacher_who_reads_only_a_part_sees_that_part_and_makes_no_paper(lina, cast):
    evening = Cohort.objects.create(version=lina.cohort.version, name="Evening", starts_on=lina.starts_on)
    hidden = Enrolment.objects.create(student=lina.student, cohort=evening, starts_on=lina.starts_on)
    paper = issued(lina, cast)
    decision = Decision.objects.create(enrolment=hidden, evaluation=first_row(lina).evaluation)
    ledger.append(decision=decision, award="hours-credited", measure="hours", minutes=4321, at=NOW)
    client = cast.client(cast.insider(Role.TEACHER))
    words = words_of(client.get(page_of(lina)))
    assert "Sum 140 h" in words
    assert "also has credit that you do not see" in words
    assert "72 h 01" not in words
    assert "Make the PDF" not in words
    assert client.post(reverse("credits:transcript_issue", args=[lina.student.public_id])).status_code == 404
    for sequence, status in ((paper.sequence, 200), (2, 404)):
        pdf = reverse("credits:transcript_pdf", args=[lina.student.public_id, sequence])
        assert client.get(pdf).status_code == status
    assert "72 h 01" in words_of(cast.client(cast.insider(Role.COORDINATOR)).get(page_of(lina)))


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.TEACHER])
def test_a_page_with_many_rows_costs_what_a_page_with_one_costs(lina, cast, role):
    client = cast.client(cast.insider(role))
    client.get(page_of(lina))
    costs = []
    for more in (0, 4):
        for number in range(more):
            take_back(credit(lina, at=NOW + timedelta(minutes=number)), by=lina.teacher)
        with CaptureQueriesContext(connection) as captured:
            client.get(page_of(lina))
        costs.append(len(captured))
    assert costs[0] == costs[1] <= 12


# ── Issuing and the PDF ──────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_state_gives_the_same_code_and_a_further_row_another_one(lina, cast):
    first, again = issued(lina, cast), issued(lina, cast)
    assert first == again
    assert (first.sequence, first.head) == (1, first_row(lina).hash)
    credit(lina)
    later = issued(lina, cast)
    assert (later.sequence, later.code != first.code) == (2, True)
    assert [row.verb for row in Transition.objects.filter(noun="transcript")] == ["issue", "issue"]


def test_a_code_has_80_bits_in_signs_that_nobody_mixes_up(lina, cast):
    assert re.fullmatch(r"([2-9A-HJ-NP-Z]{4}-){3}[2-9A-HJ-NP-Z]{4}", issued(lina, cast).code)


def test_only_staff_and_the_student_issue(lina, cast):
    for role in (Role.GUARDIAN, Role.SUPERVISOR, Role.ADMINISTRATOR):
        with pytest.raises(Refused, match="may not"):
            issue(student=lina.student, by=actor_of(cast.insider(role)), at=NOW)


@pytest.mark.parametrize("role", [Role.STUDENT, Role.COORDINATOR])
def test_the_button_makes_the_paper_and_the_download_changes_nothing(lina, cast, role):
    client = cast.client(cast.insider(role))
    home = reverse("credits:my_transcript") if role == Role.STUDENT else page_of(lina)
    answer = client.post(reverse("credits:transcript_issue", args=[lina.student.public_id]))
    assert (answer.status_code, answer["Location"]) == (302, home)
    paper = Transcript.objects.get()
    pdf = reverse("credits:transcript_pdf", args=[lina.student.public_id, paper.sequence])
    assert pdf in client.get(home).content.decode()
    moves = Transition.objects.count()
    first, again = client.get(pdf), client.get(pdf)
    assert first["Content-Type"] == "application/pdf"
    assert paper.code in first["Content-Disposition"]
    assert first.content == again.content
    assert (Transcript.objects.get().code, Transition.objects.count()) == (paper.code, moves)


def test_the_pdf_of_an_earlier_paper_tells_what_it_told(lina, cast):
    paper = issued(lina, cast)
    before = draw(whole(lina), paper).pdf
    take_back(first_row(lina), by=lina.teacher)
    assert draw(whole(lina, until=1), paper).pdf == before
    assert "Sum 140 h" in text_of(before)


@pytest.mark.parametrize(
    "name",
    [
        "Żółć Łukasiewicz", "Çağlar İğdır", "Nguyễn Thị Hồng", "Ελένη Παπαδοπούλου", "Ярослав Їжак", "Zoë Ærø-Muñoz",
        '#panic("x") *bold* $x$ \\u{41} @ref',
    ],
)  # fmt: skip
def test_the_pdf_can_be_read_back_and_keeps_the_standard_for_readers(lina, cast, name):
    person = lina.student.person
    person.given_name, person.family_name = "", name
    credit(lina, minutes=451, credit=500, measure="credit")
    told_of = whole(lina)
    told_of.student.person = person
    paper = issued(lina, cast)
    drawn = draw(told_of, paper)
    text = text_of(drawn.pdf)
    assert drawn.accessible
    assert " ".join(name.split()) in text
    assert "Hours at work 7 h 31 0.5 credit Pär Lind Hours at work, version 1" in text
    assert "Sum 147 h 31 0.5 credit" in text
    assert paper.code in text
    assert reverse("credits:check_code", args=[paper.code]) in text.replace(" ", "")
    assert paper.head in text.replace(" ", "")
    _keeps_pdf_ua(drawn.pdf, "en")


def _keeps_pdf_ua(pdf: bytes, language: str) -> None:
    catalog = PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"] == language
    assert catalog["/StructTreeRoot"]["/K"]
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    assert re.search(rb"<pdfuaid:part>1</pdfuaid:part>", catalog["/Metadata"].get_data())


def test_the_pdf_is_tagged_with_headings_a_table_and_words_for_the_square(lina, cast):
    reader = PdfReader(io.BytesIO(draw(whole(lina), issued(lina, cast)).pdf))
    tags, words = _tags(reader.trailer["/Root"]["/StructTreeRoot"])
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/Figure", "/Link"} <= tags
    assert words == ["The address of the page that checks this paper, as a square to scan"]
    assert reader.metadata.title == "Transcript of credit"


def _tags(node, tags=None, words=None):
    tags, words = set() if tags is None else tags, [] if words is None else words
    children = node.get("/K", [])
    if "/S" in node:
        tags.add(node["/S"])
    if "/Alt" in node and node.get("/S") == "/Figure":
        words.append(node["/Alt"])
    for child in children if isinstance(children, list) else [children]:
        child = child.get_object()
        if isinstance(child, dict):
            _tags(child, tags, words)
    return tags, words


def test_in_french_the_pdf_is_french(lina, cast):
    with translation.override("fr"):
        drawn = draw(whole(lina), issued(lina, cast))
    assert "Heures en entreprise" in text_of(drawn.pdf)
    _keeps_pdf_ua(drawn.pdf, "fr")


def test_in_arabic_the_pdf_is_arabic_and_every_letter_has_a_font(lina, cast):
    with translation.override("ar"):
        drawn = draw(whole(lina), issued(lina, cast))
    assert drawn.accessible
    _keeps_pdf_ua(drawn.pdf, "ar")
    assert PdfReader(io.BytesIO(drawn.pdf)).metadata.title == "كشف الاحتساب"


def test_an_arabic_name_is_drawn_in_every_language(lina, cast):
    person = lina.student.person
    person.given_name, person.family_name = "ليلى", "حداد"
    person.save()
    for language in ("en", "fr", "ar"):
        with translation.override(language):
            assert draw(whole(lina), issued(lina, cast)).accessible


@pytest.mark.parametrize("name", ["王小明", "Lina 🙂"])
def test_a_letter_without_a_font_makes_a_plain_pdf_and_the_page_says_so(lina, cast, name):
    person = lina.student.person
    person.family_name = name
    person.save()
    drawn = draw(whole(lina), issued(lina, cast))
    assert not drawn.accessible
    assert b"pdfuaid" not in PdfReader(io.BytesIO(drawn.pdf)).trailer["/Root"]["/Metadata"].get_data()
    assert "Some letters of this document have no font here" in text_of(drawn.pdf)
    assert "140 h" in text_of(drawn.pdf)
    words = words_of(cast.client(cast.insider(Role.COORDINATOR)).get(page_of(lina)))
    assert "Some letters of this transcript have no font here" in words


def test_with_a_font_for_every_letter_the_page_says_nothing_of_fonts(lina, cast):
    issued(lina, cast)
    assert "no font" not in words_of(cast.client(cast.insider(Role.COORDINATOR)).get(page_of(lina)))


# ── The public page ──────────────────────────────────────────────────────────────────────────────────────────────────


def verdict(code: str) -> str:
    """What somebody who is not signed in reads; whatever is asked, the answer is 200."""
    answer = Client().get(reverse("credits:check_code", args=[code]))
    assert answer.status_code == 200
    return re.search(r'<p class="fw-semibold mb-1">(.*?)</p>', answer.content.decode()).group(1)


def change_ledger(sql: str, *values) -> None:
    """As somebody would who has the whole database in hand: without the triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_the_code_of_a_paper_is_valid_however_it_is_typed(lina, cast):
    code = issued(lina, cast).code
    for typed in (code, code.lower(), code.replace("-", ""), code.replace("-", " "), f" {code} "):
        assert verdict(typed) == "Valid"
    answer = Client().get(reverse("credits:check"), {"code": code})
    assert '<p class="fw-semibold mb-1">Valid</p>' in answer.content.decode()


@pytest.mark.parametrize("code", [UNKNOWN, "x", "-", "%00", "王" * 40, "A" * 2000, "' OR 1=1 --", "7KQ4-M2XH-9RTB"])
def test_an_unknown_code_is_not_valid(lina, cast, code):
    issued(lina, cast)
    assert verdict(code) == "Not valid"


def test_a_part_of_a_code_is_not_valid(lina, cast):
    assert verdict(issued(lina, cast).code[:-1]) == "Not valid"


def test_a_paper_stays_valid_when_more_is_credited(lina, cast):
    paper = issued(lina, cast)
    credit(lina)
    assert verdict(paper.code) == "Valid"


def test_a_paper_whose_row_was_taken_back_since_is_no_longer_valid(lina, cast):
    paper = issued(lina, cast)
    take_back(first_row(lina), by=lina.teacher)
    assert verdict(paper.code) == "Not valid"
    assert verdict(issued(lina, cast).code) == "Valid"


def test_the_page_lists_earlier_papers_with_what_became_of_them(lina, cast):
    held = issued(lina, cast)
    row = credit(lina)
    lost = issued(lina, cast)
    take_back(row, by=lina.teacher)
    words = words_of(cast.client(cast.insider(Role.COORDINATOR)).get(page_of(lina)))
    assert f"{lost.code} No longer valid" in words
    assert f"{held.code} Valid" in words


def test_a_changed_row_a_changed_head_and_a_cut_tail_are_not_valid(lina, cast):
    credit(lina)
    paper = issued(lina, cast)
    table, student = LedgerEntry._meta.db_table, lina.student_id
    assert verdict(paper.code) == "Valid"
    change_ledger(f"UPDATE {table} SET minutes = 8401 WHERE student_id = %s AND sequence = 1", student)
    assert verdict(paper.code) == "Not valid"
    change_ledger(f"UPDATE {table} SET minutes = 8400 WHERE student_id = %s AND sequence = 1", student)
    assert verdict(paper.code) == "Valid"
    Transcript.objects.update(head="x")
    assert verdict(paper.code) == "Not valid"
    Transcript.objects.update(head=paper.head)
    change_ledger(f"DELETE FROM {table} WHERE student_id = %s AND sequence = 2", student)
    assert verdict(paper.code) == "Not valid"


def test_a_chain_computed_anew_makes_the_papers_of_before_not_valid(lina, cast):
    paper = issued(lina, cast)
    row = first_row(lina)
    row.minutes = 9000
    change_ledger(
        f"UPDATE {LedgerEntry._meta.db_table} SET minutes = 9000, hash = %s WHERE id = %s", ledger.row_hash(row), row.pk
    )
    assert verdict(paper.code) == "Not valid"
    with pytest.raises(Refused, match="was changed"):
        issued(lina, cast)


def test_where_the_chain_is_broken_the_page_says_which_row_and_no_paper_is_made(lina, cast):
    change_ledger(f"UPDATE {LedgerEntry._meta.db_table} SET minutes = 1 WHERE id = %s", first_row(lina).pk)
    words = words_of(cast.client(cast.insider(Role.COORDINATOR)).get(page_of(lina)))
    assert "Row 1 is not as it was written" in words
    assert "Make the PDF" not in words
    with pytest.raises(Refused, match="was changed"):
        issued(lina, cast)


def test_the_public_page_shows_nothing_else(lina, cast):
    """Name, school, programme, days and hours exist; both answers differ only in their words."""
    paper = issued(lina, cast)
    good, bad = (Client().get(reverse("credits:check_code", args=[code])) for code in (paper.code, UNKNOWN))
    for answer in (good, bad):
        text = words_of(answer)
        for secret in ("Lina", "Kowal", "Harbour", lina.cohort.name, "Lind", "140", "2026", "2008", paper.head[:12]):
            assert secret not in text
    assert shape(good) == shape(bad)
    assert dict(good.headers).keys() == dict(bad.headers).keys()


def shape(answer) -> str:
    """The tags of a page, without its words, its tone, its icons, and what the question itself brought along."""
    text = re.sub(r'value="[^"]*"|<svg.*?</svg>', "", answer.content.decode(), flags=re.S)
    return re.sub(r">[^<]+<", "><", text.replace("note bad", "note good"))


def test_a_known_and_an_unknown_code_cost_the_same(lina, cast):
    costs = []
    for code in (issued(lina, cast).code, UNKNOWN):
        with CaptureQueriesContext(connection) as captured:
            verdict(code)
        costs.append(len(captured))
    assert costs[0] == costs[1]


def test_without_a_code_the_page_asks_for_one(cast):
    answer = Client().get(reverse("credits:check"), {"code": " "})
    assert (answer.status_code, answer.context["verdict"]) == (200, None)
