"""A client's own workbook, simulated: so many units, so many people, as clients write it."""

import io
from collections.abc import Iterator

from openpyxl import Workbook

HEADINGS = ("Región", "Tienda", "Puesto", "Nombre", "Apellidos", "Correo electrónico", "Móvil", "Idioma")
LANGUAGES = ("es", "en", "Español", "English")


def rows(units: int = 400, people: int = 12_000, executives: int = 40) -> Iterator[tuple[str, ...]]:
    """The first people are executives of the head office; of the others a third has e-mail, a third a phone."""
    yield HEADINGS
    for number in range(people):
        language = LANGUAGES[number % len(LANGUAGES)]
        given, last = f"Ana {number}", "García"
        if number < executives:
            email = f"head{number}@client.example"
            yield "Head office", "", "Directora", given, last, email, "", language
            continue
        store = number % (units - 1)
        email = f"ana{number}@client.example" if number % 3 == 0 else ""
        phone = f"6{number:08d}" if number % 3 == 1 else ""
        yield f"Region {store % 8 + 1}", f"Store {store:03}", "Empleada", given, last, email, phone, language


def workbook(units: int = 400, people: int = 12_000, executives: int = 40) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Plantilla")
    for row in rows(units, people, executives):
        sheet.append(row)
    for _ in range(3):
        sheet.append([None] * len(HEADINGS))  # as spreadsheets leave them at the end
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
