"""A flood hits sixty placements: exactly those of a list pause in one action, and go on in another (E36)."""

import html
import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from core.models import Transition
from placements.models import Placement
from tests.placements.garage import MONDAY, build, member, person

PAGE = reverse("reports:interrupt_listed")


@pytest.fixture
def garage(db, time_machine):
    time_machine.move_to(datetime(2026, 11, 18, 9, tzinfo=UTC), tick=False)
    return build()


@pytest.fixture
def head(garage):
    client = Client()
    client.force_login(member(person("Ingrid Head"), garage.school, Role.HEAD).user)
    return client


def said(*placements):
    return {
        "chosen": [str(one.public_id) for one in placements], "key": "00000000-0000-4000-8000-000000000001",
        "reason": "Flood", "since": MONDAY.isoformat(), "until": "",
    }  # fmt: skip


def test_the_filters_of_the_list_choose_and_nobody_else_is_on_the_page(garage, head):
    assert head.get(PAGE).context["rows"] == [garage.lina, garage.jonas]
    assert head.get(PAGE, {"q": "lina"}).context["rows"] == [garage.lina]
    assert head.get(PAGE, {"q": "nobody of this name"}).context["rows"] == []
    assert "Zenobia Sentinel" not in head.get(PAGE).content.decode()


def line_of(page: str, name: str) -> str:
    """What a reader sees in the row of a person."""
    row = next(row for row in re.findall(r"<(?:tr|li)>.*?</(?:tr|li)>", page, re.S) if name in row)
    return " ".join(re.sub(r"<[^>]*>", " ", html.unescape(row)).split())


def test_each_line_says_who_and_where_and_what_becomes_of_it(garage, head):
    Placement.objects.filter(pk=garage.jonas.pk).update(state="planned")
    page = head.get(PAGE)
    assert page.context["rows"] == [garage.lina]
    text = page.content.decode()
    assert "1 other in the list is not at work now and stays as it is." in text
    assert line_of(text, "Lina Kowal").endswith("Is paused")
    assert line_of(text, "Jonas") == "Jonas Ritter, Marek Motors · Planned"
    assert str(garage.jonas.public_id) not in text


def test_who_can_go_on_stands_with_the_reason_of_the_interruption(garage, head):
    head.post(PAGE, said(garage.lina))
    text = head.get(f"{PAGE}?again=1").content.decode()
    assert line_of(text, "Lina Kowal").endswith("Goes on Flood")
    assert "1 other in the list is not interrupted and stays as it is." in text


def test_the_answer_names_all_by_name_and_says_the_same_when_it_is_sent_twice(garage, head):
    for address in (PAGE, f"{PAGE}?again=1"):
        for _press in range(2):
            answer = head.post(address, said(garage.lina, garage.jonas))
            names = [one.learner.full_name for one in answer.context["done"]]
            assert (names, answer.context["refused"]) == (["Lina Kowal", "Jonas Ritter"], [])
    assert Transition.objects.filter(noun="placement", verb__in=("pause", "resume")).count() == 4


def test_whoever_presses_second_reads_who_has_let_them_go_on(garage, head):
    head.post(PAGE, said(garage.lina))
    colleague = Client()
    colleague.force_login(member(person("Cora Office"), garage.school, Role.COORDINATOR).user)
    colleague.post(f"{PAGE}?again=1", said(garage.lina))
    answer = head.post(f"{PAGE}?again=1", said(garage.lina))
    assert [why for _placement, why in answer.context["refused"]] == [
        "This is no longer possible: it has changed in the meantime. "
        "Cora Office was first, on Wed 18 Nov at 09:00: “Go on”."
    ]


def test_those_of_the_list_pause_and_go_on_and_the_way_leads_back_to_it(garage, head):
    done = head.post(f"{PAGE}?q=lina", said(garage.lina))
    assert [one.learner.full_name for one in done.context["done"]] == ["Lina Kowal"]
    assert done.context["crumbs"][-1] == ("As in the list", "/placements/?q=lina")
    assert Placement.objects.get(pk=garage.lina.pk).state == "paused"
    assert head.get(f"{PAGE}?again=1").context["rows"] == [garage.lina]
    head.post(f"{PAGE}?again=1", said(garage.lina))
    assert Placement.objects.get(pk=garage.lina.pk).state == "running"


def test_the_page_needs_the_same_few_queries_for_one_and_for_two(garage, head):
    head.get(PAGE)
    counts = []
    for query in ({"q": "lina"}, {}):
        with CaptureQueriesContext(connection) as queries:
            head.get(PAGE, query)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12
