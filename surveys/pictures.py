"""Pictures that people send us, drawn anew: what is kept is our own PNG and nothing that came along with theirs."""

import io
import warnings
from typing import IO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

BYTES = 2 * 1024 * 1024
PIXELS = 12_000_000
BOX = (640, 240)
FORMATS = ("PNG", "JPEG")


def as_png(file: IO[bytes], size: int) -> bytes:
    """A logo of at most 640 by 240 pixels. Raises ValidationError with what was expected."""
    if size > BYTES:
        raise ValidationError(_("The picture is larger than 2 MB."))
    try:
        with warnings.catch_warnings(), Image.open(file, formats=FORMATS) as picture:
            warnings.simplefilter("ignore")
            if picture.width * picture.height > PIXELS:
                raise ValidationError(_("The picture has more than 12 million pixels."))
            drawn = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValidationError(_("This is no picture that can be read; expected a PNG or a JPEG.")) from error
    drawn.thumbnail(BOX)
    written = io.BytesIO()
    drawn.save(written, "PNG", optimize=True)
    return written.getvalue()
