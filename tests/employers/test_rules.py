"""How the size of a firm is said."""

import pytest

from employers.rules import size_in_words


@pytest.mark.parametrize(
    ("size_from", "size_to", "words"),
    [
        (None, None, "Not known"),
        (1, 9, "1 to 9 people"),
        (None, 9, "Up to 9 people"),
        (0, 4, "Up to 4 people"),
        (250, None, "250 people or more"),
        (1, 1, "1 person"),
        (12, 12, "12 people"),
    ],
)
def test_the_size_is_said_as_far_as_it_is_known(size_from, size_to, words):
    assert size_in_words(size_from, size_to) == words
