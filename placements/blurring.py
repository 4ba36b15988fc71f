"""Parts of a picture are made unreadable before it is kept: nobody looks behind them, since they are never stored."""

from collections.abc import Collection

from PIL import Image

SIDE = 3
CELLS = range(SIDE * SIDE)
PATCHES = 4


def blurred(picture: Image.Image, cells: Collection[int]) -> Image.Image:
    """The picture with some of its nine parts (0 is top left, 8 bottom right) as a few patches of one colour each.

    A patch is the mean of some thousand pixels, so a face or a plate cannot be worked out again from it.
    """
    hidden = picture.convert("RGB")
    hidden.format = picture.format
    for cell in cells:
        box = _box(hidden, cell)
        size = (box[2] - box[0], box[3] - box[1])
        if min(size) > 0:
            coarse = hidden.crop(box).resize((PATCHES, PATCHES), Image.Resampling.BOX)
            hidden.paste(coarse.resize(size, Image.Resampling.NEAREST), box)
    return hidden


def _box(picture: Image.Image, cell: int) -> tuple[int, int, int, int]:
    row, column = divmod(cell, SIDE)
    wide, high = picture.size
    return column * wide // SIDE, row * high // SIDE, (column + 1) * wide // SIDE, (row + 1) * high // SIDE
