"""Reads members of a zip file without believing its directory.

The directory of a zip is written by whoever made the file. It may say 10 kB for a member that inflates to
2 GB, and the standard reader would then quietly hand out the first 10 kB. Here the compressed stream is
inflated in small steps, every real byte is counted, and a member that is not as long as promised is refused.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO

from exchange.problems import FileRefused

MAX_UNPACKED = 100 * 1024 * 1024
MAX_MEMBERS = 200
STEP = 64 * 1024
LOCAL_HEADER = struct.Struct("<4s5H3L2H")
ENCRYPTED = 0x1


class Archive:
    """The files of a zip by their bare name ("users.csv"), with one budget of real bytes for all of them."""

    def __init__(self, file: BinaryIO, *, limit: int = MAX_UNPACKED) -> None:
        self._file = file
        self._left = limit
        self._limit = limit
        self._members = _members(file)

    def names(self) -> set[str]:
        return set(self._members)

    def open(self, name: str) -> io.BufferedReader:
        """A readable stream of the member's bytes. Raises FileRefused while reading when the zip lied."""
        return io.BufferedReader(_Stream(self._chunks(self._members[name])), STEP)

    def check(self) -> None:
        """Inflate everything once and keep nothing: for readers that cannot count for themselves."""
        for member in self._members.values():
            for _chunk in self._chunks(member):
                pass

    def _chunks(self, member: zipfile.ZipInfo) -> Iterator[bytes]:
        if member.flag_bits & ENCRYPTED:
            raise FileRefused("zip_locked")
        if member.file_size > self._left:
            raise self._too_big()
        real, crc = 0, 0
        for chunk in _inflate(self._file, member):
            real += len(chunk)
            crc = zlib.crc32(chunk, crc)
            self._left -= len(chunk)
            if self._left < 0:
                raise self._too_big()
            if real > member.file_size:
                raise FileRefused("zip_damaged")
            yield chunk
        if real != member.file_size or crc != member.CRC:
            raise FileRefused("zip_damaged")

    def _too_big(self) -> FileRefused:
        return FileRefused("too_big_unpacked", limit=self._limit // (1024 * 1024))


def _members(file: BinaryIO) -> dict[str, zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(file) as directory:
            infos = [info for info in directory.infolist() if _is_wanted(info)]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as error:
        raise FileRefused("zip_damaged") from error
    if len(infos) > MAX_MEMBERS:
        raise FileRefused("zip_damaged")
    members: dict[str, zipfile.ZipInfo] = {}
    for info in infos:
        name = PurePosixPath(info.filename).name
        if name in members:
            raise FileRefused("zip_twice", file=name)
        members[name] = info
    return members


def _is_wanted(info: zipfile.ZipInfo) -> bool:
    return not info.is_dir() and not info.filename.startswith("__MACOSX/")


def _inflate(file: BinaryIO, member: zipfile.ZipInfo) -> Iterator[bytes]:
    packed = _packed(file, member)
    if member.compress_type == zipfile.ZIP_STORED:
        yield from packed
    elif member.compress_type == zipfile.ZIP_DEFLATED:
        yield from _deflated(packed)
    else:
        raise FileRefused("zip_damaged")


def _deflated(packed: Iterator[bytes]) -> Iterator[bytes]:
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for piece in packed:
            while piece and not stream.eof:
                yield stream.decompress(piece, STEP)
                piece = stream.unconsumed_tail
        # What the window still holds comes out in steps too, never in one flush.
        while not stream.eof and (rest := stream.decompress(b"", STEP)):
            yield rest
    except zlib.error as error:
        raise FileRefused("zip_damaged") from error
    if not stream.eof:
        raise FileRefused("zip_damaged")


def _packed(file: BinaryIO, member: zipfile.ZipInfo) -> Iterator[bytes]:
    file.seek(member.header_offset)
    header = file.read(LOCAL_HEADER.size)
    if len(header) < LOCAL_HEADER.size or header[:4] != b"PK\x03\x04":
        raise FileRefused("zip_damaged")
    *_fields, name_length, extra_length = LOCAL_HEADER.unpack(header)
    position = member.header_offset + LOCAL_HEADER.size + name_length + extra_length
    left = member.compress_size
    while left > 0:
        # Two members may be read by turns: the position is ours, not the file's.
        file.seek(position)
        piece = file.read(min(STEP, left))
        if not piece:
            raise FileRefused("zip_damaged")
        position += len(piece)
        left -= len(piece)
        yield piece


class _Stream(io.RawIOBase):
    """Chunks as a file."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = chunk
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size
