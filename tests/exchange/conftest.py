"""Imports of the tests keep their files in a folder of the test."""

import io

import pytest
from django.core.files import File
from django.utils import timezone

from accounts.models import Organisation
from core.workflow import Actor
from exchange import reading, workflow
from exchange.models import ImportRun


@pytest.fixture(autouse=True)
def uploads(settings, tmp_path):
    folder = tmp_path / "uploads"
    default = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": folder}}
    settings.STORAGES = {**settings.STORAGES, "default": default}
    return folder


@pytest.fixture
def school(db) -> Organisation:
    return Organisation.objects.create(kind=Organisation.Kind.SCHOOL, name="Lakeside College")


@pytest.fixture
def other_school(db) -> Organisation:
    return Organisation.objects.create(kind=Organisation.Kind.SCHOOL, name="Hilltop College")


def handed_in(school, kind, content, name="file") -> ImportRun:
    data = content if isinstance(content, bytes) else content.encode()
    file = File(io.BytesIO(data), name=name)
    return workflow.upload(school=school, kind=kind, file=file, by=Actor.system(), at=timezone.now())


@pytest.fixture
def hand_in(db):
    """Hand in a file; nothing reads it yet."""
    return handed_in


@pytest.fixture
def read(hand_in):
    """Hand in a file and read it to its preview, or to its refusal."""

    def was_read(school, kind, content) -> ImportRun:
        run = hand_in(school, kind, content)
        reading.read_run(run.pk)
        run.refresh_from_db()
        return run

    return was_read


@pytest.fixture
def bring_in(read):
    """Hand in a file, read it and take it over."""

    def brought_in(school, kind, content) -> ImportRun:
        run = read(school, kind, content)
        assert run.state == "preview", str(run.problem)
        workflow.take_over(run=run, by=Actor.system(), at=timezone.now())
        reading.apply_run(run.pk)
        run.refresh_from_db()
        return run

    return brought_in
