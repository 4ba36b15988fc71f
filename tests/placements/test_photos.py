"""Photos of work (E41): warned, with parts hidden, without their place, and seen only by those with a need."""

import io
from datetime import date, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from accounts.models import Document
from accounts.roles import Role
from core.workflow import Refused
from placements.models import WorkPhoto
from placements.workflow import photos
from schools.models import Guardian
from tests.placements.garage import HOST, MONDAY, STUDENT, at, build, member, moves, person, work

pytestmark = pytest.mark.django_db
CAMERA = b"Camera of Lina"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(at(MONDAY + timedelta(days=2)), tick=False):
        yield


@pytest.fixture
def garage():
    return build()


@pytest.fixture
def entry(garage):
    return work(garage.lina, MONDAY)


def picture(size=(90, 60), kind="JPEG") -> bytes:
    """Black and white columns of one pixel, taken at 48 degrees north, with the name of the camera."""
    image = Image.new("RGB", size)
    image.putdata([(255, 255, 255) if place % size[0] % 2 else (0, 0, 0) for place in range(size[0] * size[1])])
    exif = Image.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 51.0, 24.0), 3: "E", 4: (2.0, 21.0, 7.0)})
    exif[0x010F] = CAMERA.decode()
    target = io.BytesIO()
    image.save(target, format=kind, exif=exif, **({"quality": 100, "subsampling": 0} if kind == "JPEG" else {}))
    return target.getvalue()


def add(entry, content=None, **changes):
    values = {"consent": True, "by": STUDENT, "at": at(MONDAY)} | changes
    return photos.add_photo(entry=entry, file=ContentFile(content or picture()), **values)


def stored(photo) -> bytes:
    return bytes(Document.objects.get(pk=photo.document_id).content)


def test_e41_the_place_is_gone_from_the_stored_bytes(entry):
    before = picture()
    assert Image.open(io.BytesIO(before)).getexif().get_ifd(0x8825)[2] == (48.0, 51.0, 24.0)
    assert CAMERA in before
    after = stored(add(entry))
    assert dict(Image.open(io.BytesIO(after)).getexif()) == {}
    assert CAMERA not in after
    assert b"Exif" not in after


def test_e41_a_hidden_part_is_never_stored_and_the_rest_stays_sharp(entry):
    """Each hidden part is four by four patches of one colour; what was there cannot be worked out again."""
    kept = Image.open(io.BytesIO(stored(add(entry, picture(kind="PNG"), hide=[0, 4]))))
    assert kept.size == (90, 60)
    assert {kept.getpixel((x, y)) for x in range(30) for y in range(20)} <= {(n, n, n) for n in range(100, 156)}
    assert {kept.getpixel((x, y)) for x in range(30, 60) for y in range(20, 40)} <= {(n, n, n) for n in range(100, 156)}
    assert {kept.getpixel((x, y)) for x in range(60, 90) for y in range(60)} == {(0, 0, 0), (255, 255, 255)}
    assert Document.objects.filter(kind="photo", added_by=entry.learner).count() == 1


def test_e25_a_photo_is_kept_for_a_year_after_the_last_day_at_most(entry):
    assert entry.placement.ends_on == date(2026, 12, 18)
    assert Document.objects.get(pk=add(entry).document_id).retain_until == date(2027, 12, 18)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (picture()[:400], "Hand in a PDF, or a picture"),
        (b"no picture at all", "Hand in a PDF, or a picture"),
        (b"%PDF-1.7 plan of the house", "Hand in a picture"),
        (b"\xff\xd8\xff" + b"0" * (10 * 1024 * 1024), "larger than 10 MB"),
    ],
)
def test_e41_a_broken_or_huge_file_is_refused_and_nothing_is_stored(entry, content, says):
    with pytest.raises(Refused, match=says):
        add(entry, content)
    assert not WorkPhoto.objects.filter(entry=entry).exists()


def test_e41_a_picture_of_too_many_pixels_is_refused(entry):
    target = io.BytesIO()
    Image.new("1", (8000, 7000)).save(target, format="PNG")
    with pytest.raises(Refused, match="too large"):
        add(entry, target.getvalue())


def test_e41_a_workplace_may_forbid_photos(garage, entry):
    garage.site.photos_allowed = False
    garage.site.save()
    with pytest.raises(Refused, match="No photos may be taken at this workplace"):
        add(entry)
    assert not WorkPhoto.objects.filter(entry=entry).exists()


def test_e41_without_the_learners_word_there_is_no_photo(entry):
    with pytest.raises(Refused, match="everybody on it agreed"):
        add(entry, consent=False)


def test_the_host_adds_no_photo(entry):
    with pytest.raises(Refused):
        add(entry, by=HOST)


def test_the_same_form_twice_is_one_photo(entry):
    key = uuid4()
    assert add(entry, public_id=key) == add(entry, public_id=key)
    assert WorkPhoto.objects.filter(entry=entry).count() == 1
    assert moves().filter(noun="photo").values_list("verb", "details").get() == (
        "add",
        {"day": "2026-11-16", "hidden": 0},
    )


def test_a_removed_photo_leaves_no_bytes(entry):
    photo = add(entry)
    photos.remove_photo(photo=photo, by=STUDENT, at=at(MONDAY))
    photos.remove_photo(photo=photo, by=STUDENT, at=at(MONDAY))
    assert not Document.objects.filter(pk=photo.document_id).exists()
    assert moves().filter(noun="photo", verb="remove").count() == 1


def test_a_day_has_room_for_six(entry):
    for _number in range(6):
        add(entry)
    with pytest.raises(Refused, match="room for 6"):
        add(entry)


# ── In the browser ───────────────────────────────────────────────────────────────────────────────────────────────────


def sent(**changes):
    file = SimpleUploadedFile("IMG_1.jpg", picture(), content_type="image/jpeg")
    return {"key": str(uuid4()), "file": file, "hide": ["8"], "consent": "on"} | changes


def test_the_learner_is_warned_and_saves_a_photo(garage, entry, client):
    client.force_login(garage.lina.learner.user)
    address = reverse("placements:photo", args=[entry.public_id])
    assert "No faces, no customers or patients, no number plates" in client.get(address).content.decode()
    assert client.post(address, sent()).status_code == 302
    photo = WorkPhoto.objects.get(entry=entry)
    answer = client.get(reverse("placements:photo_file", args=[photo.public_id]))
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("image/jpeg", "private, no-store")
    assert answer.content == stored(photo)


def test_without_consent_the_form_comes_back_with_what_was_ticked(garage, entry, client):
    client.force_login(garage.lina.learner.user)
    address = reverse("placements:photo", args=[entry.public_id])
    answer = client.post(address, {name: value for name, value in sent().items() if name != "consent"})
    assert answer.status_code == 422
    assert answer.context["form"]["hide"].value() == ["8"]
    assert not WorkPhoto.objects.filter(entry=entry).exists()


def test_e41_where_photos_are_forbidden_the_page_says_so_instead_of_the_form(garage, entry, client):
    garage.site.photos_allowed = False
    garage.site.save()
    client.force_login(garage.lina.learner.user)
    address = reverse("placements:photo", args=[entry.public_id])
    page = client.get(address).content.decode()
    assert "No photos may be taken at this workplace" in page
    assert 'type="file"' not in page
    assert client.post(address, sent()).status_code == 422


def test_a_photo_is_for_the_learner_the_school_and_the_own_host_and_for_nobody_else(garage, entry, client):
    photo = add(entry)
    guardian = person("Una Kowal")
    member(guardian, garage.school, Role.GUARDIAN)
    Guardian.objects.create(student=garage.lina.enrolment.student, person=guardian)
    garage.lina.teacher = person("Tom Hale")
    garage.lina.save()
    coordinator = person("Cora Diaz")
    member(garage.lina.teacher, garage.school, Role.TEACHER)
    member(coordinator, garage.school, Role.COORDINATOR)
    stranger = person("Cleo Diaz")
    member(stranger, garage.other_school, Role.COORDINATOR)
    for supervisor in (garage.marek, garage.dora):
        member(supervisor.person, garage.firm, Role.SUPERVISOR)
    expected = {
        garage.lina.learner: 200,
        garage.lina.teacher: 200,
        coordinator: 200,
        garage.marek.person: 200,
        garage.dora.person: 404,
        garage.jonas.learner: 404,
        guardian: 404,
        stranger: 404,
    }
    found = {}
    for who in expected:
        client.force_login(who.user)
        found[who] = client.get(reverse("placements:photo_file", args=[photo.public_id])).status_code
    assert found == expected
