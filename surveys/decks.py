"""Presentations that firms send us to build their slides on: opened and weighed before they are kept."""

import io
from typing import IO, TYPE_CHECKING
from zipfile import BadZipFile, ZipFile

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from pptx.slide import SlideLayout

BYTES = 10 * 1024 * 1024
UNPACKED = 200 * 1024 * 1024
PARTS = 3000


def as_deck(file: IO[bytes], size: int) -> bytes:
    """The presentation as it was sent. Raises ValidationError with what was expected."""
    # A quarter of a second that every web process would pay, for the one form that opens a presentation.
    from pptx import Presentation  # noqa: PLC0415
    from pptx.exc import PackageNotFoundError  # noqa: PLC0415

    if size > BYTES:
        raise ValidationError(_("The presentation is larger than 10 MB."))
    content = file.read()
    try:
        _weigh(content)
        layouts = list(Presentation(io.BytesIO(content)).slide_layouts)
    except (BadZipFile, PackageNotFoundError, KeyError, OSError, ValueError, SyntaxError) as error:
        raise ValidationError(
            _("This is no presentation that can be read; expected a PowerPoint file (.pptx).")
        ) from error
    if not any(map(_has_title, layouts)):
        names = ", ".join(layout.name for layout in layouts) or _("none")
        raise ValidationError(
            _(
                "None of its layouts has a title (its layouts: %(names)s). Expected one with a title, best "
                "two: a title slide, and a slide with nothing but a title."
            ),
            params={"names": names},
        )
    return content


def _weigh(content: bytes) -> None:
    """Before anything is unpacked: a small file can hold a very large one, and a program."""
    with ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
    if len(parts) > PARTS or sum(part.file_size for part in parts) > UNPACKED:
        raise ValidationError(_("Unpacked, the presentation is larger than 200 MB."))
    if any("vbaproject" in part.filename.lower() for part in parts):
        raise ValidationError(_("The presentation has macros in it; expected one without."))


def _has_title(layout: "SlideLayout") -> bool:
    from pptx.enum.shapes import PP_PLACEHOLDER  # noqa: PLC0415  # see above

    titles = {PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE}
    return any(one.placeholder_format.type in titles for one in layout.placeholders)
