"""The living page shows the whole family."""

from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template

from demo.gallery import SampleForm, gallery

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


def test_what_holds_for_a_whole_form_is_said_once():
    form = SampleForm({"name": "Marek Motors"})
    form.add_error(None, "Nobody works there.")
    template = Template("{% load crispy_forms_tags %}{% form_errors form %}{{ form|crispy }}")
    page = template.render(Context({"form": form}))
    assert page.count("Nobody works there.") == 1
