"""Office files that are the same whenever they are made: the clock of the machine is no part of a report."""

import io
import re
import zipfile

EPOCH = (1980, 1, 1, 0, 0, 0)
CREATED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</)")


def steady(content: bytes) -> bytes:
    """The same package with its times of packing set to one, and those of the workbooks inside of it."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            if name.endswith(".xlsx"):
                part = _workbook(part)
                entry.compress_type = zipfile.ZIP_STORED
            new.writestr(entry, part)
    return made.getvalue()


def _workbook(content: bytes) -> bytes:
    """A chart's data: xlsxwriter notes when it was written, which nobody has to know."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                part = CREATED.sub(rb"\g<1>2000-01-01T00:00:00Z\2", part)
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, part)
    return made.getvalue()
