"""Employers come in, come in again, and nothing is lost."""

import time

import pytest

from core.models import Transition
from employers.models import Employer, SchoolEmployer, Site
from exchange.models import ImportRow, Outcome
from tests.exchange.files import EMPLOYERS, real

pytestmark = pytest.mark.django_db


def totals(run) -> dict[str, int]:
    return {outcome: run.total(outcome) for outcome in Outcome if run.total(outcome)}


def test_a_list_makes_employers_with_sites_that_the_school_sees(school, bring_in):
    run = bring_in(school, "employers", EMPLOYERS)
    assert (run.state, totals(run)) == ("done", {"new": 3})
    garage = Employer.objects.get(school_employers__school=school, name="Garage Marek")
    assert (garage.register_number, garage.activity_codes, garage.size_from, garage.size_to) == (
        "01234567",
        ["45200", "45320"],
        0,
        249,
    )
    site = garage.sites.get()
    assert (
        site.address,
        site.postcode,
        site.latitude,
        site.longitude,
        site.email,
        site.time_zone,
        site.photos_allowed,
    ) == (
        "1 Quay Road, Harbour",
        "HB1 2AB",
        51.5,
        -0.1,
        "marek@garage.example",
        "Europe/London",
        True,
    )
    assert Employer.objects.get(name="École de bâtiment").sort_key == "ecole de batiment"


def test_the_preview_changes_nothing(school, read):
    before = Employer.objects.count()
    run = read(school, "employers", EMPLOYERS)
    assert (run.state, totals(run)) == ("preview", {"new": 3})
    assert Employer.objects.count() == before


def test_the_same_list_again_changes_nothing_also_without_register_numbers(school, bring_in, read):
    bring_in(school, "employers", EMPLOYERS)
    assert totals(read(school, "employers", EMPLOYERS)) == {"same": 3}
    bring_in(school, "employers", EMPLOYERS)
    assert SchoolEmployer.objects.filter(school=school).count() == 3


def test_changes_are_shown_before_and_after_and_then_taken_over(school, bring_in, read):
    bring_in(school, "employers", EMPLOYERS)
    changed = EMPLOYERS.replace("Garage Marek", "Marek Garage").replace("marek@", "office@").replace(",4,,,", ",6,,,")
    run = read(school, "employers", changed)
    assert totals(run) == {"changed": 2, "same": 1}
    rows = ImportRow.objects.filter(run=run, outcome="changed").order_by("line")
    assert [row.changes for row in rows] == [
        {"name": ["Garage Marek", "Marek Garage"], "email": ["marek@garage.example", "office@garage.example"]},
        {"size": [[4, 4], [6, 6]]},
    ]
    bring_in(school, "employers", changed)
    assert Site.objects.get(employer__name="Marek Garage").email == "office@garage.example"
    assert totals(read(school, "employers", changed)) == {"same": 3}


def test_an_empty_cell_erases_nothing_and_a_missing_line_deletes_nothing(school, bring_in, read):
    bring_in(school, "employers", EMPLOYERS)
    short = "name,company_number,address,postcode\nGarage Marek,1234567,1 Quay Road Harbour,HB1 2AB\n"
    run = read(school, "employers", short)
    assert totals(run) == {"changed": 1}
    bring_in(school, "employers", short)
    garage = Employer.objects.get(school_employers__school=school, register_number="01234567")
    assert (garage.size_to, garage.activity_codes, garage.sites.get().email) == (
        249,
        ["45200", "45320"],
        "marek@garage.example",
    )
    assert SchoolEmployer.objects.filter(school=school).count() == 3


def test_a_second_address_is_a_second_site_and_a_line_said_twice_counts_once(school, bring_in, read):
    text = (
        "name,company_number,address,postcode\nFirm,77,1 High Rd,A1\nFirm,77,2 Low Road,B2\nFIRM,077,High Road 1,A1\n"
    )
    run = bring_in(school, "employers", text)
    assert totals(run) == {"new": 2, "repeat": 1}
    assert [site.postcode for site in Employer.objects.get(name="Firm").sites.order_by("postcode")] == ["A1", "B2"]
    assert totals(read(school, "employers", text)) == {"same": 2, "repeat": 1}


def test_an_employer_known_to_another_school_is_shared_and_new_only_to_this_one(school, other_school, bring_in):
    bring_in(other_school, "employers", EMPLOYERS)
    number = Employer.objects.count()
    assert totals(bring_in(school, "employers", EMPLOYERS)) == {"new": 3}
    assert Employer.objects.count() == number
    assert SchoolEmployer.objects.filter(school=school).count() == 3


def test_a_merged_employer_stands_for_the_one_it_was_merged_into(school, bring_in, read):
    bring_in(school, "employers", "name,company_number,address\nOld,11,1 Road\nKept,22,2 Road\n")
    kept, old = Employer.objects.get(name="Kept"), Employer.objects.get(name="Old")
    old.sites.update(employer=kept)
    old.school_employers.all().delete()
    old.merged_into = kept
    old.save()
    run = bring_in(school, "employers", "name,company_number,address\nOld,11,1 Road\n")
    assert totals(run) == {"same": 1}
    kept.refresh_from_db()
    assert (kept.name, kept.sites.count()) == ("Kept", 2)


def test_bad_lines_stay_behind_and_the_rest_go_in(school, bring_in):
    run = bring_in(school, "employers", EMPLOYERS + "Nul\0Firm,,,,,,,,\r\n,,,,,,,,\r\n")
    assert totals(run) == {"new": 3, "error": 2}
    assert [row.problem_code for row in run.rows.all()] == ["hidden_character", "empty_line"]


def test_every_move_leaves_a_row_and_the_file_is_gone_in_the_end(
    school, bring_in, uploads, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        run = bring_in(school, "employers", EMPLOYERS)
    moves = Transition.objects.filter(noun="import", object_id=run.pk).order_by("pk").values_list("verb", flat=True)
    assert list(moves) == ["upload", "begin", "show", "take_over", "finish"]
    assert [path for path in uploads.rglob("*") if path.is_file()] == []
    assert (run.file.name, run.rows.count()) == ("", 0)


@pytest.mark.parametrize(
    ("content", "start"),
    [
        (b"", "This file is empty."),
        ("name,town\nCafé,Orléans\n".encode("latin-1"), "Line 2 has letters that cannot be read."),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "This is not a table."),
        (b"name,size\n", "The file has column names but no lines below them."),
    ],
)
def test_a_refused_file_says_why_and_changes_nothing(school, read, content, start):
    before = Employer.objects.count()
    run = read(school, "employers", content)
    assert run.state == "failed"
    assert str(run.problem).startswith(start)
    assert (Employer.objects.count(), run.rows.count()) == (before, 0)


def test_letters_that_cannot_be_read_far_down_undo_what_was_read(school, read):
    run = read(school, "employers", b"name\n" + b"Firm\n" * 2000 + b"Caf\xe9\n")
    assert (run.state, run.rows.count()) == ("failed", 0)


def test_3000_employers_come_in_within_ten_seconds_and_a_second_run_changes_nothing(school, bring_in, read):
    content = real("employers_gb_3000.csv").read_bytes()
    began = time.monotonic()
    run = bring_in(school, "employers", content)
    seconds = time.monotonic() - began
    assert totals(run) == {"new": 3000}
    assert seconds < 10
    assert SchoolEmployer.objects.filter(school=school).count() == 3000
    assert Employer.objects.filter(school_employers__school=school, register_number="").count() == 392
    assert totals(read(school, "employers", content)) == {"same": 3000}


def test_the_dirty_list_goes_in_but_for_its_ten_bad_lines(school, bring_in, read):
    content = real("employers_dirty.csv").read_bytes()
    run = bring_in(school, "employers", content)
    assert run.total("error") == 10
    assert run.total("new") + run.total("repeat") == 440
    again = read(school, "employers", content)
    assert (again.total("new"), again.total("changed"), again.total("error")) == (0, 0, 10)
