"""The living page shows the whole family."""

from pathlib import Path

import pytest
from django.conf import settings

from demo.gallery import gallery

PIECES = sorted(path.name for path in (Path(settings.BASE_DIR) / "templates" / "ui").iterdir())


@pytest.fixture
def page(rf):
    return gallery(rf.get("/ui/")).content.decode()


@pytest.mark.parametrize("name", PIECES)
def test_every_component_is_on_the_living_page(page, name):
    assert name in page


def test_each_example_is_drawn_light_and_dark(page):
    assert page.count('class="stage" data-bs-theme="light"') == page.count('class="stage" data-bs-theme="dark"') > 30


def test_no_style_or_script_stands_in_the_page(page):
    assert ' style="' not in page
    assert "onclick" not in page
