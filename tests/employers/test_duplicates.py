"""One firm, a branch of it, or two firms: each rule with firms that nobody has registered."""

import json
from dataclasses import replace
from io import StringIO
from random import Random

import pytest
from django.core.management import CommandError, call_command

from employers.duplicates import Firm, Kind, Sign, compare, proposals
from tests.exchange.files import real

MILL = Firm(
    key=1,
    name="Mill Lane Bakery Limited",
    register_number="03107561",
    address="Unit 2, 14 Mill Lane, Harbour Town, Northshire",
    postcode="HB1 3CD",
    phone="020 7123456",
    email="office@milllane.example",
)


def other(**changed) -> Firm:
    return replace(MILL, key=2, **changed)


def unnumbered(**changed) -> Firm:
    return other(register_number="", **changed)


def silent(**changed) -> Firm:
    """Neither number nor phone nor mail."""
    return unnumbered(phone="", email="", **changed)


@pytest.mark.parametrize(
    ("second", "certain"),
    [
        (other(), True),
        (other(register_number="3107561", name="Some Other Name"), True),
        (other(address="", postcode=""), True),
        (silent(), True),
        (silent(name="MILL LANE BAKERY Ltd."), True),
        (silent(name="The Mill-Lane Bakery"), True),
        (silent(name="Mill Lane Bakery Limted"), True),
        (silent(address="Northshire, Harbour Town, 14 Mill Ln, Unit 2", postcode="hb13cd"), True),
        (silent(address="14 Mill Lane", postcode=""), True),
        (silent(name="Mill Lane Bakrey Limited"), False),
        (unnumbered(name="Mill Lane Bakrey Limited"), True),
        (unnumbered(address="", postcode="", email="", phone="+44 (0)20 7123456"), False),
        (unnumbered(name="Mill Services", phone="+44 207123456"), False),
        (silent(name="Sofia Ltd t/a Mill Lane Bakery"), True),
        (other(register_number="03107516"), False),
    ],
)
def test_these_are_one_firm(second, certain):
    likeness = compare(MILL, second)
    assert (likeness.kind, likeness.certain) == (Kind.SAME, certain)
    assert compare(second, MILL) == likeness


@pytest.mark.parametrize(
    ("second", "certain"),
    [
        (other(address="3 Quay Road, Westport", postcode="WP2 9ZZ", phone="0161 555555"), True),
        (unnumbered(address="3 Quay Road, Westport", postcode="WP2 9ZZ", phone="0161 555555"), True),
        (other(address="18 Mill Lane, Harbour Town, Northshire"), True),
    ],
)
def test_the_same_firm_at_another_address_is_a_branch(second, certain):
    likeness = compare(MILL, second)
    assert (likeness.kind, likeness.certain) == (Kind.BRANCH, certain)


@pytest.mark.parametrize(
    "second",
    [
        other(register_number="71234567"),
        other(register_number="71234567", name="Mill Lane Bakery Holdings Limited"),
        silent(name="Mill Lane Bakery Holdings"),
        silent(name="Mill Lane Bakery (North) Limited"),
        unnumbered(name="Mill Lane Bakery Trustees Limited"),
        silent(name="Harbour Town Florists"),
        silent(address="7 High Street, Elsewhere", postcode="EL5 1AA"),
        silent(address="", postcode=""),
        silent(country="IE"),
    ],
)
def test_these_are_two_firms(second):
    assert compare(MILL, second).kind == Kind.DIFFERENT


def test_homes_of_one_company_with_a_number_in_the_name_are_not_taken_for_a_slip():
    first, second = silent(name="Lakeside Care Home 1"), silent(name="Lakeside Care Home 2")
    assert compare(first, second).kind == Kind.DIFFERENT


def test_what_speaks_for_it_is_said():
    assert compare(MILL, unnumbered(name="Mill Lane Bakery")).signs == (Sign.PHONE, Sign.EMAIL, Sign.NAME, Sign.PLACE)


def test_each_pair_is_proposed_once_and_the_certain_ones_come_first():
    doubtful = replace(silent(name="Mill Lane Bakrey"), key=3)
    stranger = replace(silent(name="Westport Garage", address="1 Kai", postcode="WP1 1AA"), key=4)
    found = [(one.key, two.key, how.certain) for one, two, how in proposals([doubtful, stranger, MILL, other()])]
    assert found == [(1, 2, True), (3, 1, False), (3, 2, False)]


def test_a_shared_switchboard_makes_no_pairs():
    tenants = [
        Firm(key=number, name=f"Tenant {chr(65 + number % 26) * 5} {number} Ltd", phone="020 7000000")
        for number in range(60)
    ]
    assert list(proposals(tenants)) == []


def test_a_hundred_thousand_firms_are_compared_by_what_they_share_and_not_each_with_each(monkeypatch):
    dice, seen = Random(1), []
    firms = [
        Firm(
            key=number,
            name=f"{dice.choice('ABCDEFGH')}irm {number:05} Limited",
            address=f"{number} Street",
            postcode=f"P{number % 5000} 1AA",
        )
        for number in range(20_000)
    ]
    monkeypatch.setattr("employers.duplicates.compare", lambda one, two: seen.append(one) or compare(one, two))
    assert list(proposals(firms)) == []
    assert len(seen) < 100_000


def test_the_dirty_list_of_employers_is_told_apart_as_people_have_labelled_it():
    out = StringIO()
    call_command("measure_duplicates", real("employers_dirty.csv"), real("employers_dirty_labels.csv"), stdout=out)
    report = json.loads(out.getvalue())
    assert report["same"]["precision"] >= 0.95
    assert report["same"]["recall"] >= 0.9
    assert report["branch"]["recall"] == 1.0
    assert report["different_proposed_as_certain"] == 0


def test_the_measurement_says_how_right_each_kind_is(tmp_path):
    firms, labels = tmp_path / "firms.csv", tmp_path / "labels.csv"
    firms.write_text(
        "ref,name,company number,address,postcode\n"
        "a,Mill Lane Bakery,03107561,14 Mill Lane,HB1 3CD\n"
        "b,Mill Lane Bakery Ltd,,14 Mill Lane,HB1 3CD\n"
        "c,Mill Lane Bakery,03107561,3 Quay Road,WP2 9ZZ\n"
        "d,Westport Garage,,1 Kai,WP1 1AA\n"
    )
    labels.write_text("a,b,truth\na,b,same\na,c,same\na,d,different\n")
    out = StringIO()
    call_command("measure_duplicates", firms, labels, stdout=out)
    report = json.loads(out.getvalue())
    assert report["same"] == {"labelled": 2, "proposed": 1, "right": 1, "precision": 1.0, "recall": 0.5}
    assert report["branch"] == {"labelled": 0, "proposed": 1, "right": 0, "precision": 0.0, "recall": None}
    assert report["different"] == {"labelled": 1, "proposed": 1, "right": 1, "precision": 1.0, "recall": 1.0}
    assert report["proposed_without_a_label"] == 0


def test_a_label_that_nobody_knows_is_refused(tmp_path):
    firms, labels = tmp_path / "firms.csv", tmp_path / "labels.csv"
    firms.write_text("ref,name\na,Mill\n")
    labels.write_text("a,b,truth\na,b,twins\n")
    with pytest.raises(CommandError, match="twins"):
        call_command("measure_duplicates", firms, labels)
