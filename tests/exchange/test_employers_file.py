"""What of a list of employers can be read, and what a secretary is told about the rest."""

import io

import openpyxl
import pytest

from exchange import cells, employers
from exchange.employers import EmployerLine
from exchange.problems import BadCell, BadLine, FileRefused
from tests.exchange.files import EMPLOYERS, real, roster, zipped


def read(content: bytes | str) -> list[EmployerLine | BadLine]:
    return list(employers.read(io.BytesIO(content.encode() if isinstance(content, str) else content)).lines)


def good(content: bytes | str) -> list[EmployerLine]:
    return [line for line in read(content) if isinstance(line, EmployerLine)]


def reasons(content: bytes | str) -> list[tuple[int, str]]:
    return [(line.line, str(line.problem)) for line in read(content) if isinstance(line, BadLine)]


def refusal(content: bytes | str) -> str:
    with pytest.raises(FileRefused) as caught:
        read(content)
    return str(caught.value)


def test_every_field_is_read_and_lines_are_counted_as_an_editor_counts_them():
    lines = good(EMPLOYERS)
    assert lines[0] == EmployerLine(
        line=2,
        reference="",
        name="Garage Marek",
        register_number="01234567",
        address="1 Quay Road, Harbour",
        postcode="HB1 2AB",
        sectors=("45200", "45320"),
        size_from=0,
        size_to=249,
        latitude=51.5,
        longitude=-0.1,
        email="marek@garage.example",
        phone="",
    )
    # The first employer has a line break inside a cell, so the second begins on line 4.
    assert [(line.line, line.name, line.size_from, line.size_to) for line in lines[1:]] == [
        (4, "Bakery Sofia", 4, 4),
        (5, "École de bâtiment", 20000, None),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_any_usual_delimiter_is_found_and_a_byte_order_mark_does_no_harm(delimiter, mark):
    text = mark + f"Nom{delimiter}Code postal{delimiter}Effectif\r\nBoulangerie{delimiter}27000{delimiter}4\r\n"
    assert [(line.name, line.postcode, line.size_from) for line in good(text)] == [("Boulangerie", "27000", 4)]


def test_columns_are_found_by_name_in_any_order_and_unknown_ones_are_left_alone():
    lines = good("Notes,Code postal,Raison sociale,Adresse,Ville\nx,27000,Fournil,3 rue Haute,Évreux\n")
    assert [(line.name, line.address, line.postcode) for line in lines] == [("Fournil", "3 rue Haute, Évreux", "27000")]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (",,,,", "The line is empty."),
        (",1,,,", "“name” is empty."),
        ("A,1,,,,,", "The line has 7 cells, but there are only 5 columns."),
        ("A,1", "The line has only 2 cells, but there are 5 columns."),
        ('"=HYPERLINK(""http://x.example"")",,,,', "“name” begins like a formula. Please type the text itself."),
        ("+SUM(1),,,,", "“name” begins like a formula. Please type the text itself."),
        ("N" * 201 + ",,,,", "“name” has 201 characters. The limit is 200."),
        ("A,,,95.5,0", "“95.5” is not a possible value for “latitude” (from -90 to 90)."),
        ("A,,,nan,0", "“nan” is not a possible value for “latitude” (from -90 to 90)."),
        ("A,,,51.5,", "A position needs both latitude and longitude."),
        ("A\0B,,,,", "The line has a hidden character that cannot be stored."),
        ("A,about,,,", "“about” is not a number of staff. Write for example 12, 10 to 49 or 250 or more."),
        ("A,,nobody,,", "“nobody” is not an e-mail address."),
        ('A "b" c,"x"y,,,', "A quotation mark in this line is never closed, or stands in the wrong place."),
        ("A" * 40_000 + ",,,,", "The line is too long (more than 32768 characters)."),
    ],
)
def test_a_bad_line_costs_only_itself_and_says_why(line, reason):
    text = f"name,size,email,latitude,longitude\nBefore,,,,\n{line}\nAfter,,,,\n"
    assert reasons(text) == [(3, reason)]
    assert [employer.name for employer in good(text)] == ["Before", "After"]


def test_an_open_quotation_mark_does_not_swallow_the_lines_below():
    text = 'name,size\n"Open,4\n' + "".join(f"Firm {number},4\n" for number in range(100))
    assert [number for number, _reason in reasons(text)] == [2]
    assert len(good(text)) == 100


def test_the_cells_of_a_bad_line_are_kept_as_they_were():
    [bad] = [line for line in read("name,size\n Firm ,lots\n") if isinstance(line, BadLine)]
    assert bad.cells == (" Firm ", "lots")


def test_a_reference_used_twice_refuses_the_second_line_and_names_the_first():
    assert reasons("ref,name\n1,A\n2,B\n1,C\n") == [(4, "The reference 1 was already used in line 2.")]


def test_the_reference_of_a_refused_line_is_still_free():
    assert reasons("ref,name\n1,\n1,C\n") == [(2, "“name” is empty.")]


def test_bare_line_breaks_between_lines_are_no_lines():
    assert [line.line for line in good("name\r\nA\r\n\r\nB\r\n\r\n")] == [2, 4]


@pytest.mark.parametrize(
    ("content", "start"),
    [
        (b"", "This file is empty."),
        (b" \r\n ", "This file is empty."),
        (
            "name,town\nCafé,Orléans\n".encode("latin-1"),
            "Line 2 has letters that cannot be read. The file is not saved",
        ),
        ("name\nA\n".encode("utf-16"), "This file is saved as Unicode text (UTF-16)."),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "This is an older Excel or Word file."),
        (b"%PDF-1.7 ...", "This is not a table."),
        (bytes(4000), "This is not a table."),
        (b"PK\x05\x06" + bytes(18), "This is not a table."),
        ("Garage,HB1\nBakery,HB2\n", "The first line must hold the names of the columns, for example: name, register"),
        ("postcode,size\nHB1,4\n", "The file has no column “name”. The columns found are: postcode, size"),
        ("name,company,size\nA,B,4\n", "Two columns say the same: “name” and “company”."),
    ],
)
def test_a_file_that_cannot_be_a_list_of_employers_is_refused_with_a_clear_message(content, start):
    assert refusal(content).startswith(start)


def test_letters_that_are_not_utf8_are_found_far_down_with_their_line():
    content = "name\n" + "Firm\n" * 5000 + "Caf"
    assert refusal(content.encode() + b"\xe9\nFirm\n").startswith("Line 5002 has letters that cannot be read.")


def test_too_many_lines_are_refused(monkeypatch):
    monkeypatch.setattr("exchange.lines.MAX_LINES", 10)
    assert refusal("name\n" + "A\n" * 10) == "This file has more than 10 lines. Split it into smaller files."


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("Less than 250", (0, 249)),
        ("250 to 499", (250, 499)),
        ("5000 to 19,999", (5000, 19999)),
        ("20,000 or more", (20000, None)),
        ("Not Provided", (None, None)),
        ("", (None, None)),
        ("12", (12, 12)),
        ("1 000", (1000, 1000)),
        ("10-49", (10, 49)),
        ("10 à 49", (10, 49)),
        ("moins de 10", (0, 9)),
        ("250 ou plus", (250, None)),
        ("50+", (50, None)),
        ("<10", (0, 9)),
        ("more than 9", (10, None)),
    ],
)
def test_sizes_are_bands_of_people(text, size):
    assert cells.size_of(text) == size


@pytest.mark.parametrize("text", ["about thirty", "49 to 10", "-5", "9" * 5000, "99999999999", "1.5"])
def test_a_size_that_makes_no_sense_is_refused(text):
    with pytest.raises(BadCell):
        cells.size_of(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3107561", "03107561"),
        ("0310 7561", "03107561"),
        ("sc1234", "SC001234"),
        ("IP20165R", "IP20165R"),
        ("732 829 320", "732829320"),
        ("", ""),
        ("0", ""),
    ],
)
def test_register_numbers_get_back_what_spreadsheets_take_away(text, number):
    assert cells.register_number_of(text) == number


def test_an_excel_file_is_read_like_a_csv():
    book = openpyxl.Workbook()
    for row in [
        ["Name", "Number", "Size", "Latitude", "Longitude"],
        ["Garage", 1234567, 12, 51.5, -0.1],
        ["=1+1", None, 3],
    ]:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    lines = read(out.getvalue())
    assert (lines[0].name, lines[0].register_number, lines[0].size_to, lines[0].latitude) == (
        "Garage",
        "01234567",
        12,
        51.5,
    )
    assert (lines[1].line, str(lines[1].problem)) == (3, "“Name” begins like a formula. Please type the text itself.")


def test_a_broken_excel_file_is_refused():
    assert refusal(zipped({"xl/workbook.xml": "<no"}).getvalue()).startswith("This Excel file cannot be opened.")


def test_a_roster_zip_is_no_list_of_employers():
    assert refusal(roster().getvalue()).startswith("This is a zip file.")


def test_the_real_list_of_3000_reads_without_one_bad_line():
    with real("employers_gb_3000.csv").open("rb") as file:
        lines = list(employers.read(file).lines)
    assert len(lines) == 3000
    assert [line for line in lines if isinstance(line, BadLine)] == []
    assert sum(not line.register_number for line in lines if isinstance(line, EmployerLine)) == 392


def test_the_ten_bad_lines_of_the_dirty_list_are_found_and_the_other_440_are_good():
    path = real("employers_dirty.csv")
    with path.open("rb") as file:
        lines = list(employers.read(file).lines)
    bad = [(line.line, line.problem.code) for line in lines if isinstance(line, BadLine)]
    with path.open(newline="") as file:
        end = max(number for number, _row in enumerate(file, start=1))
    assert [code for _line, code in bad] == [
        "empty_line",
        "missing",
        "cells_too_many",
        "formula",
        "too_long",
        "bad_coordinate",
        "bad_email",
        "hidden_character",
        "bad_size",
        "same_reference",
    ]
    assert [line for line, _code in bad] == list(range(end - 9, end + 1))
    assert len(lines) - len(bad) == 440
