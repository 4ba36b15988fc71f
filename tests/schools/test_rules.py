"""How hours, lines and tasks are read."""

import pytest

from schools.rules import lines, minutes_of, task_line, task_of


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("315", 18_900),
        (" 315 h ", 18_900),
        ("315 h 30", 18_930),
        ("315h05", 18_905),
        ("315:30", 18_930),
        ("315 hours 30 minutes", 18_930),
        ("0 h 45", 45),
    ],
)
def test_hours_are_read_the_way_people_write_them(text, minutes):
    assert minutes_of(text) == minutes


@pytest.mark.parametrize("text", ["", "many", "315,5", "315.5", "-3", "3 h 75", "1000000", "315 h 30 x"])
def test_what_is_not_hours_is_refused(text):
    with pytest.raises(ValueError, match=r".*"):
        minutes_of(text)


def test_lines_lose_blanks_and_repeats_and_keep_their_order():
    assert lines("b\n\n  a   c \r\nb\n") == ["b", "a c"]


@pytest.mark.parametrize(
    ("line", "task"),
    [
        ("Change brake pads", ("Change brake pads", ())),
        ("Change brake pads (1, 3)", ("Change brake pads", (1, 3))),
        ("Change pads (front) (2)", ("Change pads (front)", (2,))),
        ("Change pads (front)", ("Change pads (front)", ())),
        ("(2)", ("", (2,))),
    ],
)
def test_numbers_at_the_end_of_a_line_name_outcomes(line, task):
    assert task_of(line) == task


def test_a_task_that_shows_all_outcomes_is_written_without_numbers():
    assert task_line("Change pads", [3, 1], 3) == "Change pads (1, 3)"
    assert task_line("Change pads", [1, 2, 3], 3) == "Change pads"
    assert task_line("Change pads", [], 3) == "Change pads"
