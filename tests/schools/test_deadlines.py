"""When the people of a programme are asked: by its own days, also for placements under way."""

import pytest
from django.urls import reverse

from accounts.roles import Role
from core.models import Transition
from schools.deadlines import USUAL, Deadlines, deadlines_of
from schools.models import Programme, ProgrammeVersion


@pytest.fixture
def programme(cast) -> Programme:
    return Programme.objects.filter(school=cast.insider(Role.COORDINATOR).organisation).order_by("pk")[0]


def url(programme: Programme) -> str:
    return reverse("schools:deadlines", args=[programme.public_id])


def days(**changes: str) -> dict[str, str]:
    """What the form posts, the usual days where nothing else is said."""
    usual = {
        name: ", ".join(map(str, value)) if isinstance(value, tuple) else str(value) for name, value in iter(USUAL)
    }
    return usual | changes


def moves() -> list[Transition]:
    return list(Transition.objects.filter(noun="programme", verb="deadlines").order_by("pk"))


def test_only_what_differs_from_the_usual_days_is_stored_with_a_move_in_the_log(cast, programme):
    client = cast.client(cast.insider(Role.COORDINATOR))
    client.post(url(programme), days(sign_before="10,4", thanks_after="3"))
    changed = {"sign_before": [10, 4], "thanks_after": 3}
    assert list(programme.versions.values_list("deadlines", flat=True).distinct()) == [changed]
    (move,) = moves()
    assert (move.object_id, move.role, move.details) == (
        programme.pk, Role.COORDINATOR, {"before": {}, "after": changed}
    )  # fmt: skip
    assert deadlines_of(programme.versions.get()) == Deadlines(sign_before=(10, 4), thanks_after=3)
    client.post(url(programme), days(sign_before="10, 4", thanks_after="3"))
    assert len(moves()) == 1


def test_one_button_goes_back_to_the_usual_days(cast, programme):
    client = cast.client(cast.insider(Role.COORDINATOR))
    assert "Back to the usual days" not in client.get(url(programme)).content.decode()
    client.post(url(programme), days(sign_before="10, 4"))
    assert "Back to the usual days" in client.get(url(programme)).content.decode()
    client.post(url(programme), {"usual": "1"})
    assert programme.versions.get().deadlines == {}


def test_each_line_shows_its_usual_days_and_those_that_hold(cast, programme):
    programme.versions.update(deadlines={"sign_before": [10, 4]})
    page = cast.client(cast.insider(Role.COORDINATOR)).get(url(programme)).content.decode()
    assert 'name="sign_before" value="10, 4"' in page
    assert "Usual: 8, 5, 3." in page
    assert 'name="feedback_after" value="0, 2, 4"' in page


@pytest.mark.parametrize(
    ("line", "text", "problem"),
    [
        ("sign_before", "soon", "Please write whole numbers with commas between them, such as 8, 5, 3."),
        ("sign_before", "500", "At most 120."),
        ("confirm_after", "-2", "At least 0."),
        ("feedback_after", "1, 2, 3, 4, 5", "At most 4 numbers: nobody should be asked more often."),
        ("log_nudges", "9", "At most 5."),
        ("thanks_after", "", "This field is required."),
    ],
)
def test_what_is_out_of_reason_is_said_at_its_line_and_changes_nothing(cast, programme, line, text, problem):
    answer = cast.client(cast.insider(Role.COORDINATOR)).post(url(programme), days(**{line: text}))
    assert answer.status_code == 422
    assert answer.context["form"].errors == {line: [problem]}
    assert (programme.versions.get().deadlines, moves()) == ({}, [])


def test_days_are_kept_once_and_in_the_order_in_which_they_come():
    assert Deadlines(sign_before=(3, 8, 8), feedback_after=(4, 0)) == Deadlines(
        sign_before=(8, 3), feedback_after=(0, 4)
    )


def test_no_day_means_that_nobody_is_asked(cast, programme):
    cast.client(cast.insider(Role.COORDINATOR)).post(url(programme), days(assess_after=""))
    assert deadlines_of(programme.versions.get()).assess_after == ()


def test_what_an_older_release_stored_and_this_one_refuses_counts_as_usual():
    version = ProgrammeVersion(deadlines={"sign_before": [10], "thanks_after": "soon", "gone": 3})
    assert deadlines_of(version) == Deadlines(sign_before=(10,))


def test_head_and_teacher_read_the_days_and_change_none(cast, programme):
    for role in (Role.HEAD, Role.TEACHER):
        client = cast.client(cast.insider(role))
        page = client.get(url(programme)).content.decode()
        assert "8, 5, 3" in page
        assert "<button" not in page.partition("<main")[2].partition("</main>")[0]
        assert client.post(url(programme), days(sign_before="10")).status_code == 404
    assert programme.versions.get().deadlines == {}


def test_the_days_of_another_school_are_not_there(cast, programme):
    client = cast.client(cast.outsider(Role.COORDINATOR))
    assert client.get(url(programme)).status_code == 404
    assert client.post(url(programme), days(sign_before="10")).status_code == 404
    assert programme.versions.get().deadlines == {}
