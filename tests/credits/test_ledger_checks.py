"""Whatever is done to a chain of rows is found and named; heads that were kept elsewhere show what a chain cannot."""

from copy import copy
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from credits import heads, ledger
from credits.heads import Head, Unusable
from credits.models import LedgerEntry

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
HASHED = [field.attname for field in LedgerEntry._meta.concrete_fields if field.attname not in ("id", "hash")]


def link(rows: list[LedgerEntry]) -> list[LedgerEntry]:
    """Number the rows and compute their hashes, as somebody would who may write anything."""
    previous = ""
    for number, row in enumerate(rows, 1):
        row.sequence, row.previous = number, previous
        previous = row.hash = ledger.row_hash(row)
    return rows


def award(key: int, minutes: int, **more) -> LedgerEntry:
    values = {"enrolment_id": 8, "award": "hours", "measure": "hours", "credit": minutes * 10, "decision_id": key}
    values |= {"evaluation_id": key, "rule_set_version_id": 3, "at": NOW + timedelta(minutes=key)}
    return LedgerEntry(pk=key, student_id=7, minutes=minutes, **(values | more))


def taken_back(key: int, row: LedgerEntry) -> LedgerEntry:
    of = {"decision_id": row.decision_id, "evaluation_id": row.evaluation_id}
    return award(key, -row.minutes, reverses_id=row.pk, **of)


@st.composite
def chains(draw, least: int = 1) -> list[LedgerEntry]:
    rows = [award(key, draw(st.integers(0, 9000))) for key in range(1, draw(st.integers(least, 8)) + 1)]
    for row in draw(st.lists(st.sampled_from(rows), unique_by=lambda row: row.pk, max_size=3)):
        rows.append(taken_back(len(rows) + 1, row))
    return link(rows)


def told(rows: list[LedgerEntry], head: Head | None = None) -> list[str]:
    return [str(problem) for problem in ledger.problems(rows, head)]


def other(value):
    """Another value of the same kind."""
    if isinstance(value, datetime):
        return value + timedelta(microseconds=1)
    return f"{value}x" if isinstance(value, str) else (value or 0) + 1


@given(rows=chains())
def test_an_untouched_chain_holds_in_any_order_of_reading_and_against_every_head_it_ever_had(rows):
    assert told(rows[::-1]) == []
    for row in rows:
        assert told(rows, ledger.head(rows[: row.sequence])) == []


@given(rows=chains(), data=st.data())
def test_any_change_of_any_field_of_any_row_is_found_and_the_row_is_named(rows, data):
    number = data.draw(st.integers(0, len(rows) - 1))
    name = data.draw(st.sampled_from([*HASHED, "hash"]))
    row = rows[number] = copy(rows[number])
    was = row.sequence
    setattr(row, name, other(getattr(row, name)))
    found = list(ledger.problems(rows))
    assert {was, row.sequence} & {problem.sequence for problem in found}


def test_the_hash_covers_every_field_of_a_row():
    [row] = link([award(1, 60)])
    for name in HASHED:
        changed = copy(row)
        setattr(changed, name, other(getattr(row, name)))
        assert ledger.row_hash(changed) != row.hash, name


@given(rows=chains(least=2), data=st.data())
def test_any_two_rows_that_change_places_are_named(rows, data):
    one, two = data.draw(st.lists(st.sampled_from(rows), min_size=2, max_size=2, unique_by=lambda row: row.pk))
    one.sequence, two.sequence = two.sequence, one.sequence
    lines = told(rows)
    assert f"student 7, row {one.sequence}: out of place; it was written as row {two.sequence}" in lines
    assert f"student 7, row {two.sequence}: out of place; it was written as row {one.sequence}" in lines


@given(rows=chains(least=2), data=st.data())
def test_a_row_that_is_missing_before_another_is_named(rows, data):
    number = data.draw(st.integers(1, len(rows) - 1))
    del rows[number - 1]
    assert f"student 7, row {number}: missing; the next row is {number + 1}" in told(rows)


@given(rows=chains(least=2), data=st.data())
def test_a_tail_that_is_cut_shows_against_the_head_alone(rows, data):
    head = ledger.head(rows)
    left = rows[: data.draw(st.integers(1, len(rows) - 1))]
    assert told(left) == []
    assert told(left, head) == [
        f"student 7, row {len(rows)}: missing, but there when the heads were exported: the tail is cut"
    ]


@given(rows=chains())
def test_a_chain_that_vanished_shows_against_the_head(rows):
    assert told([], ledger.head(rows)) == [
        f"student 7, row {len(rows)}: missing, but there when the heads were exported: the whole chain is gone"
    ]


@given(rows=chains(), data=st.data())
def test_a_chain_computed_anew_shows_against_the_head_alone(rows, data):
    head = ledger.head(rows)
    number = data.draw(st.integers(0, len(rows) - 1))
    rows[number].at += timedelta(seconds=1)
    again = link(rows)
    assert told(again) == []
    assert told(again, head) == [
        f"student 7, row {head.sequence}: not the row that was exported: the chain was computed anew"
    ]


def test_a_row_computed_anew_alone_is_not_followed_by_the_next():
    rows = link([award(1, 60), award(2, 30), award(3, 90)])
    rows[1].minutes = 3000
    rows[1].hash = ledger.row_hash(rows[1])
    assert told(rows) == ["student 7, row 3: does not follow the row before it"]


def test_a_changed_row_is_told_once():
    rows = link([award(1, 60), award(2, 30), award(3, 90)])
    rows[1].minutes = 3000
    assert told(rows) == ["student 7, row 2: changed"]


def test_two_rows_with_one_number_are_told():
    rows = link([award(1, 60), award(2, 30)])
    assert told([*rows, copy(rows[1])]) == ["student 7, row 2: there is another row with this number"]


@pytest.mark.parametrize("name", [*ledger.MIRRORED[1:], "minutes", "credit"])
def test_a_row_that_takes_back_something_else_than_was_given_is_told_even_where_all_hashes_fit(name):
    first = award(1, 60)
    back = taken_back(2, first)
    setattr(back, name, other(getattr(back, name)))
    assert told(link([first, back])) == ["student 7, row 2: does not mirror row 1, which it takes back"]


def test_a_row_that_takes_back_nothing_or_what_was_taken_back_before_is_told():
    first = award(1, 60)
    back = taken_back(2, first)
    rows = link([first, back, taken_back(3, first), taken_back(4, back), taken_back(5, award(99, 60))])
    line = "takes back no earlier row, or one that was taken back before"
    assert told(rows) == [f"student 7, row {number}: {line}" for number in (3, 4, 5)]


HEADS = [Head(student=student, sequence=student, hash=f"{student:064x}") for student in (3, 12, 5)]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "heads.jsonl"
    with heads.Writer(path) as writer:
        for head in HEADS:
            writer.note(head)
    return path


def test_heads_are_read_as_they_were_written(file):
    assert heads.read(file) == {head.student: head for head in HEADS}
    assert file.read_text().splitlines()[:2] == [
        '{"format": "passerelle-ledger-heads/1"}',
        '{"student": 3, "sequence": 3, "hash": "' + "0" * 63 + '3"}',
    ]


def test_heads_are_never_written_over_others_and_leave_no_file_when_something_fails(file, tmp_path):
    before = file.read_bytes()
    with pytest.raises(Unusable, match=r"heads\.jsonl cannot be written: File exists\."), heads.Writer(file):
        pass
    assert file.read_bytes() == before
    with pytest.raises(KeyError), heads.Writer(tmp_path / "new"):
        raise KeyError
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("line", "text", "message"),
    [
        (0, '{"format": "passerelle-ledger-heads/2"}', r'line 1: must be \{"format": "passerelle-ledger-heads/1"\}'),
        (1, "nothing", "line 2: the line: Invalid JSON"),
        (1, "[" * 9999, "line 2: the line: Invalid JSON"),
        (1, '{"student": 3}', "line 2: sequence: Field required"),
        (1, '{"student": 3, "sequence": 3, "hash": "' + "0" * 64 + '", "name": "L"}', "line 2: name: Unexpected"),
        (2, '{"student": "3", "sequence": 3, "hash": "' + "0" * 64 + '"}', "line 3: student: Input should be a valid"),
        (2, '{"student": 3, "sequence": 0, "hash": "' + "0" * 64 + '"}', "line 3: sequence: Input should be greater"),
        (2, '{"student": 3, "sequence": 3, "hash": "' + "0" * 63 + '"}', "line 3: hash: String should match"),
        (2, '{"student": 3, "sequence": 3, "hash": "' + "0" * 64 + '"}', "line 3: student 3 is there twice"),
        (4, '{"heads": 4}', r'line 5: must be \{"heads": 3\} and the end; the file is cut'),
        (2, None, "the file is cut"),
        (4, None, "the file is cut"),
    ],
)
def test_a_file_of_heads_that_was_touched_is_refused_with_the_line(file, line, text, message):
    lines = file.read_text().splitlines()
    lines[line : line + 1] = [] if text is None else [text]
    file.write_text("\n".join(lines) + "\n")
    with pytest.raises(Unusable, match=message):
        heads.read(file)


@given(content=st.binary(max_size=200))
def test_any_bytes_are_refused_in_plain_words(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "bytes"
    path.write_bytes(content)
    with pytest.raises(Unusable):
        heads.read(path)


def verify(*arguments) -> tuple[int, list[str]]:
    out = StringIO()
    try:
        call_command("verify_ledger", *map(str, arguments), stdout=out)
    except SystemExit as end:
        return end.code, out.getvalue().splitlines()
    return 0, out.getvalue().splitlines()


def tamper(statement: str, *values) -> None:
    """As somebody may who owns the database server."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


@pytest.fixture
def exported(db, tmp_path):
    """The heads of the demo world's chains, of which there are several."""
    path = tmp_path / "exported.jsonl"
    assert verify("--export", path)[0] == 0
    return path


def test_the_command_says_that_all_holds(exported):
    rows = LedgerEntry.objects.count()
    students = LedgerEntry.objects.order_by().values("student").distinct().count()
    assert students > 1
    assert verify() == (0, [f"{rows} rows of {students} students hold; heads compared: 0"])
    assert verify("--heads", exported) == (0, [f"{rows} rows of {students} students hold; heads compared: {students}"])


def test_the_command_names_the_row_that_was_changed_and_writes_no_heads_of_it(db, tmp_path):
    row = LedgerEntry.objects.first()
    tamper("UPDATE credits_ledgerentry SET minutes = minutes + 1 WHERE id = %s", row.pk)
    code, lines = verify("--export", tmp_path / "new")
    assert (code, lines[0]) == (1, f"student {row.student_id}, row {row.sequence}: changed")
    assert lines[1].startswith("1 problems in ")
    assert not (tmp_path / "new").exists()


def test_a_chain_that_vanished_or_was_computed_anew_is_named_against_the_heads(exported):
    gone, forged = LedgerEntry.objects.filter(sequence=1).order_by("student_id")[:2]
    forged.minutes += 60
    tamper("DELETE FROM credits_ledgerentry WHERE student_id = %s", gone.student_id)
    tamper(
        "UPDATE credits_ledgerentry SET minutes = %s, hash = %s WHERE id = %s",
        forged.minutes,
        ledger.row_hash(forged),
        forged.pk,
    )
    assert verify()[0] == 0
    code, lines = verify("--heads", exported)
    assert code == 1
    assert sorted(line.partition(",")[0] for line in lines[:-1]) == sorted(
        f"student {row.student_id}" for row in (gone, forged)
    )
    assert any("computed anew" in line for line in lines)
    assert any("the whole chain is gone" in line for line in lines)


@pytest.mark.parametrize("option", ["--heads", "--export"])
def test_a_file_that_cannot_be_used_ends_the_command_with_2_and_one_sentence(db, tmp_path, option):
    with pytest.raises(CommandError, match="No such file or directory") as refused:
        verify(option, tmp_path / "no" / "file")
    assert refused.value.returncode == 2


def test_the_command_reads_all_chains_in_one_query(db, django_assert_max_num_queries):
    with django_assert_max_num_queries(3) as seen:
        verify()
    assert [query["sql"] for query in seen.captured_queries if "credits_ledgerentry" in query["sql"]]
