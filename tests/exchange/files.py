"""Small files of our own for the imports, and the way to the real ones where they lie beside the checkout."""

import csv
import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import pytest

from exchange.archive import LOCAL_HEADER

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"

ORGS = [["sourcedId", "status", "name", "type"], ["s1", "active", "Harbour Vocational College", "school"]]
USERS = [
    [
        "sourcedId",
        "status",
        "enabledUser",
        "orgSourcedIds",
        "role",
        "givenName",
        "familyName",
        "email",
        "agentSourcedIds",
    ],
    ["t1", "active", "true", "s1", "teacher", "Pär", "Öberg", "par@school.example", ""],
    ["u1", "active", "true", "s1", "student", "Lina", "Haddad", "lina@school.example", "g1"],
    ["u2", "active", "true", "s1", "student", "明", "王", "", ""],
    ["g1", "active", "true", "s1", "parent", "Samira", "Haddad", "samira@home.example", ""],
]
DEMOGRAPHICS = [["sourcedId", "birthDate"], ["u1", "2009-03-14"], ["u2", "2008-02-29"]]
CLASSES = [["sourcedId", "title", "schoolSourcedId"], ["c1", "Vehicle technology 2", "s1"]]
ENROLLMENTS = [
    ["sourcedId", "classSourcedId", "schoolSourcedId", "userSourcedId", "role"],
    ["e1", "c1", "s1", "t1", "teacher"],
    ["e2", "c1", "s1", "u1", "student"],
    ["e3", "c1", "s1", "u2", "student"],
]
ROSTER = {
    "orgs.csv": ORGS,
    "users.csv": USERS,
    "demographics.csv": DEMOGRAPHICS,
    "classes.csv": CLASSES,
    "enrollments.csv": ENROLLMENTS,
}

EMPLOYERS = (
    "name,company_number,address,postcode,sic_codes,employer_size,latitude,longitude,email\r\n"
    'Garage Marek,1234567,"1 Quay Road, Harbour",HB1 2AB,"45200,\n45320",'
    "Less than 250,51.5,-0.1,marek@garage.example\r\n"
    "Bakery Sofia,,2 Mill Lane,HB1 3CD,1071,4,,,\r\n"
    'École de bâtiment,SC123456,"3 rue d\'Évreux",27000,,"20,000 or more",49.02,1.15,\r\n'
)


def real(name: str) -> Path:
    """A file of the real input. Skips the test where that is not beside the checkout."""
    path = BESIDE / name
    if not path.exists():
        pytest.skip(f"the real input {name} is not beside this checkout")
    return path


def as_csv(rows: list[list[str]]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue()


def roster(**changed: list[list[str]] | str | None) -> io.BytesIO:
    """A OneRoster zip; `users=[...]` replaces users.csv, `users=None` leaves it out, text goes in as it is."""
    files: dict[str, list[list[str]] | str | None] = {**ROSTER}
    files.update({f"{name}.csv": rows for name, rows in changed.items()})
    return zipped(
        {name: as_csv(rows) if isinstance(rows, list) else rows for name, rows in files.items() if rows is not None}
    )


def zipped(files: Mapping[str, str | bytes]) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    out.seek(0)
    return out


def lying_zip(name: str, real_bytes: int, said_bytes: int) -> bytes:
    """A zip whose directory says `said_bytes` for a member of zeros that inflates to `real_bytes`."""
    step = 16 * 1024 * 1024
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(step)) + packer.flush(zlib.Z_FULL_FLUSH)
    data = block * (real_bytes // step) + zlib.compressobj(9, zlib.DEFLATED, -15).flush()
    crc, filename = zlib.crc32(bytes(said_bytes)), name.encode()
    local = LOCAL_HEADER.pack(b"PK\x03\x04", 20, 0, 8, 0, 0, crc, len(data), said_bytes, len(filename), 0) + filename
    central = struct.pack(
        "<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, crc, len(data), said_bytes, len(filename), 0, 0, 0, 0, 0, 0
    )
    directory = central + filename
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(directory), len(local) + len(data), 0)
    return local + data + directory + end
