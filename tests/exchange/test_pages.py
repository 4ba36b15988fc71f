"""The pages of an import in all its states, for those who may see them."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from employers.models import SchoolEmployer
from exchange.models import ImportRun
from tests.exchange.files import EMPLOYERS, roster

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(cast):
    return cast.insider("coordinator")


@pytest.fixture
def desk(cast, coordinator):
    return cast.client(coordinator)


def page(run) -> str:
    return reverse("exchange:run", kwargs={"public_id": run.public_id})


def do(client, run, verb):
    return client.post(reverse(f"exchange:{verb}", kwargs={"public_id": run.public_id}), follow=True)


def upload(client, content, kind="employers", name="employers.csv"):
    data = content if isinstance(content, bytes) else content.encode()
    return client.post(reverse("exchange:upload", kwargs={"kind": kind}), {"file": SimpleUploadedFile(name, data)})


def text(response) -> str:
    return " ".join(response.content.decode().split())


def silent_since(run, seconds, **values):
    moment = timezone.now() - timedelta(seconds=seconds)
    ImportRun.objects.filter(pk=run.pk).update(called_at=moment, **values)


def test_a_file_is_handed_in_previewed_and_taken_over(desk, coordinator, django_capture_on_commit_callbacks):
    before = SchoolEmployer.objects.filter(school=coordinator.organisation).count()
    with django_capture_on_commit_callbacks(execute=True):
        response = upload(desk, EMPLOYERS)
    run = ImportRun.objects.get()
    assert (response.status_code, response["Location"]) == (302, page(run))
    shown = text(desk.get(page(run)))
    assert "Ready to take over" in shown
    assert "Garage Marek" in shown
    assert "employers.csv" in shown
    assert SchoolEmployer.objects.filter(school=coordinator.organisation).count() == before
    with django_capture_on_commit_callbacks(execute=True):
        do(desk, run, "take_over")
    shown = text(desk.get(page(run)))
    assert "What was taken over" in shown
    assert SchoolEmployer.objects.filter(school=coordinator.organisation).count() == before + 3


def test_taking_over_twice_changes_nothing_more_and_says_so(desk, coordinator, read):
    run = read(coordinator.organisation, "employers", EMPLOYERS)
    do(desk, run, "take_over")
    assert "This is no longer possible" in text(do(desk, run, "take_over"))


def test_a_preview_shows_before_and_after_and_why_lines_stay_behind(desk, coordinator, bring_in, read):
    school = coordinator.organisation
    bring_in(school, "employers", EMPLOYERS)
    run = read(school, "employers", EMPLOYERS.replace(",4,,,", ",6,,,") + "Latitude Ltd,,,,,,95,0,\r\n")
    shown = text(desk.get(page(run)))
    assert "People who work there" in shown
    assert "“95” is not a possible value for “latitude” (from -90 to 90)." in shown
    assert "1 line cannot go in. The others can." in shown


def test_a_roster_shows_the_name_of_its_school(desk, coordinator, read):
    run = read(
        coordinator.organisation,
        "roster",
        roster(orgs=[["sourcedId", "name", "type"], ["s1", "Elsewhere", "school"]]).getvalue(),
    )
    assert "The file names the school “Elsewhere”. Its people go to Harbour Vocational College." in text(
        desk.get(page(run))
    )


def test_nothing_to_change_is_said(desk, coordinator, bring_in, read):
    bring_in(coordinator.organisation, "employers", EMPLOYERS)
    run = read(coordinator.organisation, "employers", EMPLOYERS)
    assert "There is nothing to change: everything that can be read is already here." in text(desk.get(page(run)))


def test_a_refused_file_says_why_and_offers_another(desk, coordinator, read):
    run = read(coordinator.organisation, "employers", "name\nCafé".encode("latin-1"))
    shown = text(desk.get(page(run)))
    assert "Line 2 has letters that cannot be read." in shown
    assert "Choose another file" in shown


def test_a_discarded_import_changed_nothing(desk, coordinator, read):
    run = read(coordinator.organisation, "employers", EMPLOYERS)
    assert "This import was discarded" in text(do(desk, run, "discard"))
    assert run.rows.count() == 0


def test_while_a_worker_is_busy_the_page_asks_again_and_works_without_javascript(desk, coordinator, hand_in):
    run = hand_in(coordinator.organisation, "employers", EMPLOYERS)
    ImportRun.objects.update(state="reading", lines_done=1200, lines_total=3000, heartbeat_at=timezone.now())
    response = desk.get(page(run))
    shown = text(response)
    assert 'hx-trigger="every 2s"' in shown
    assert "1200 of 3000" in shown.replace(",", "")
    assert "Look again" in shown
    assert "HX-Request" in response["Vary"]


def test_the_part_that_is_asked_for_is_the_same_as_in_the_whole_page(desk, coordinator, read):
    run = read(coordinator.organisation, "employers", EMPLOYERS)
    whole = text(desk.get(page(run)))
    part = text(desk.get(page(run), headers={"HX-Request": "true"}))
    assert part.startswith('<div id="run">')
    assert "<html" not in part
    assert _without_tokens(part) in _without_tokens(whole)


def _without_tokens(html: str) -> str:
    import re

    return re.sub(r'value="\w{64}"', "", html)


def test_a_worker_that_died_is_shown_with_its_last_line_and_can_be_called_again(
    desk, coordinator, hand_in, django_capture_on_commit_callbacks
):
    run = hand_in(coordinator.organisation, "employers", EMPLOYERS)
    long_ago = timezone.now() - timedelta(seconds=60)
    silent_since(run, 60, state="reading", lines_done=1200, lines_total=3000, heartbeat_at=long_ago)
    shown = text(desk.get(page(run)))
    assert "Stopped at line 1200 of 3000. Nothing was changed." in shown.replace(",", "")
    assert "every 2s" not in shown
    with django_capture_on_commit_callbacks(execute=True):
        do(desk, run, "resume")
    assert "Ready to take over" in text(desk.get(page(run)))


def test_a_worker_that_is_alive_cannot_be_called_twice(desk, coordinator, hand_in):
    run = hand_in(coordinator.organisation, "employers", EMPLOYERS)
    ImportRun.objects.update(state="reading", heartbeat_at=timezone.now())
    assert "This import is being worked on." in text(do(desk, run, "resume"))


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "Please choose a file."), (b"", "This file is empty.")],
)
def test_a_form_without_a_usable_file_comes_back(desk, content, message):
    data = {} if content is None else {"file": SimpleUploadedFile("x.csv", content)}
    response = desk.post(reverse("exchange:upload", kwargs={"kind": "employers"}), data)
    assert response.status_code == 422
    assert message in text(response)
    assert ImportRun.objects.count() == 0


def test_a_file_over_20_mb_is_not_kept(desk, monkeypatch):
    monkeypatch.setattr("exchange.forms.MAX_MEGABYTES", 0)
    assert "This file is too big." in text(upload(desk, EMPLOYERS))
    assert ImportRun.objects.count() == 0


def test_an_unknown_kind_is_not_there(desk):
    assert desk.get(reverse("exchange:upload", kwargs={"kind": "grades"})).status_code == 404


def test_the_error_file_opens_in_a_spreadsheet_and_runs_nothing(desk, coordinator, read):
    run = read(coordinator.organisation, "employers", EMPLOYERS + '"=1+1",-2,@x,,,,,+44 20,\r\n')
    response = desk.get(reverse("exchange:errors", kwargs={"public_id": run.public_id}))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response.content.decode() == (
        "\ufeffLine,Reason,name,company_number,address,postcode,sic_codes,employer_size,latitude,longitude,email\r\n"
        "6,“name” begins like a formula. Please type the text itself.,'=1+1,-2,'@x,,,,,+44 20,\r\n"
    )


def test_the_error_file_speaks_the_readers_language_and_keeps_file_and_line(desk, coordinator, bring_in):
    users = [["sourcedId", "orgSourcedIds", "role", "givenName", "familyName"], ["u1", "s1", "student", "", ""]]
    run = bring_in(
        coordinator.organisation,
        "roster",
        roster(users=[*users, ["u2", "s1", "student", "A", "B"]], enrollments=None).getvalue(),
    )
    response = desk.get(reverse("exchange:errors", kwargs={"public_id": run.public_id}))
    assert response.content.decode() == (
        "\ufeffFile,Line,Reason,The line as it was\r\nusers.csv,2,“familyName” is empty.,u1,s1,student,,\r\n"
    )


def test_the_list_shows_the_schools_own_imports_and_costs_the_same_with_one_and_with_four(
    desk, coordinator, other_school, hand_in, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    assert "No imports yet" in text(desk.get(reverse("exchange:imports")))
    hand_in(other_school, "employers", EMPLOYERS, "theirs.csv")
    hand_in(coordinator.organisation, "employers", EMPLOYERS, "ours.csv")
    with CaptureQueriesContext(connection) as one:
        shown = text(desk.get(reverse("exchange:imports")))
    assert "ours.csv" in shown
    assert "theirs.csv" not in shown
    for number in range(3):
        hand_in(coordinator.organisation, "employers", EMPLOYERS, f"{number}.csv")
    with CaptureQueriesContext(connection) as four:
        desk.get(reverse("exchange:imports"))
    assert len(one) == len(four) <= 12


def test_the_page_of_an_import_costs_at_most_12_queries(desk, coordinator, read, django_assert_max_num_queries):
    run = read(coordinator.organisation, "roster", roster().getvalue())
    with django_assert_max_num_queries(12):
        desk.get(page(run))


@pytest.mark.parametrize("role", ["teacher", "head", "student", "guardian", "supervisor", "owner", "safeguarding"])
def test_other_roles_find_nothing(cast, coordinator, hand_in, role):
    run = hand_in(coordinator.organisation, "employers", EMPLOYERS)
    client = cast.client(cast.insider(role))
    assert client.get(reverse("exchange:imports")).status_code == 404
    assert client.get(page(run)).status_code == 404


def test_another_school_finds_nothing(cast, coordinator, read):
    run = read(coordinator.organisation, "employers", EMPLOYERS)
    client = cast.client(cast.outsider("coordinator"))
    for name in ("run", "errors"):
        assert client.get(reverse(f"exchange:{name}", kwargs={"public_id": run.public_id})).status_code == 404
    for name in ("take_over", "discard", "resume"):
        assert client.post(reverse(f"exchange:{name}", kwargs={"public_id": run.public_id})).status_code == 404
    run.refresh_from_db()
    assert run.state == "preview"
