"""Files that people hand in: what is kept of them, and what is refused."""

import io
from datetime import UTC, datetime

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from accounts import documents
from accounts.models import Document, Organisation, Person
from core.workflow import Refused

AT = datetime(2026, 11, 25, 9, tzinfo=UTC)


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 20), **save) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, "red").save(target, format=kind, **save)
    return target.getvalue()


def with_place() -> bytes:
    """A photo that says where it was taken and that it lies on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 51.0, 24.0), 3: "E", 4: (2.0, 21.0, 7.0)})
    exif[0x010F] = "Camera of Lina"
    return picture(exif=exif)


def test_a_photo_keeps_its_pixels_and_loses_its_place_and_its_camera():
    before = Image.open(io.BytesIO(with_place())).getexif()
    assert before.get_ifd(0x8825)[2] == (48.0, 51.0, 24.0)
    content, media_type = documents.read(ContentFile(with_place()))
    after = Image.open(io.BytesIO(content))
    assert (media_type, after.size) == ("image/jpeg", (20, 40))
    assert dict(after.getexif()) == {}
    assert b"Camera of Lina" not in content


@pytest.mark.parametrize(("kind", "media_type"), [("PNG", "image/png"), ("WEBP", "image/webp"), ("JPEG", "image/jpeg")])
def test_a_picture_is_told_by_its_content_and_not_by_its_name(kind, media_type):
    assert documents.read(ContentFile(picture(kind), name="scan.pdf"))[1] == media_type


def test_a_pdf_is_kept_as_it_is():
    assert documents.read(ContentFile(b"%PDF-1.7 scan")) == (b"%PDF-1.7 scan", "application/pdf")


def test_a_long_picture_becomes_smaller():
    content, _media_type = documents.read(ContentFile(picture(size=(4800, 1200))))
    assert Image.open(io.BytesIO(content)).size == (2400, 600)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "Hand in a PDF"),
        (b"<script>alert(1)</script>", "Hand in a PDF"),
        (picture()[:60], "Hand in a PDF"),
        (picture("GIF"), "Hand in a PDF"),
        (b"%PDF-" + bytes(documents.LARGEST), "larger than 10 MB"),
        (picture("PNG", (8000, 7000)), "too large"),
    ],
)
def test_other_files_are_refused_with_a_reason(content, says):
    with pytest.raises(Refused, match=says):
        documents.read(ContentFile(content))


def test_a_kept_file_is_answered_as_what_it_is_and_stays_nowhere(db):
    school = Organisation.objects.create(kind="school", name="Test College")
    person = Person.objects.create(family_name="Reader", sort_key="reader")
    kept = documents.store(
        organisation=school, kind=Document.Kind.PROOF, file=ContentFile(b"%PDF-1.7 scan"), person=person, at=AT
    )
    response = documents.answer(Document.objects.get(pk=kept.pk))
    assert response.content == b"%PDF-1.7 scan"
    assert {name: response[name] for name in ("Content-Type", "Cache-Control", "X-Content-Type-Options")} == {
        "Content-Type": "application/pdf",
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
