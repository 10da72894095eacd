"""Which column holds what: guessed from its heading, in the languages clients write them in."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from surveys.instruments.instrument import Panel
from surveys.models import ImportKind


class Column(StrEnum):
    IGNORED = ""
    UNIT = "unit"
    FRONTLINE = "frontline"
    EXECUTIVE = "executive"
    PANEL = "panel"
    NAME = "name"
    GIVEN = "given"
    EMAIL = "email"
    PHONE = "phone"
    LANGUAGE = "language"


LABELS: Mapping[Column, str | Promise] = {
    Column.IGNORED: _("not used"),
    Column.UNIT: _("unit (path, or one level of it)"),
    Column.FRONTLINE: _("head count, front line"),
    Column.EXECUTIVE: _("head count, executives"),
    Column.PANEL: _("panel"),
    Column.NAME: _("name, or last name"),
    Column.GIVEN: _("first name"),
    Column.EMAIL: _("e-mail address"),
    Column.PHONE: _("phone number"),
    Column.LANGUAGE: _("language"),
}
OF_KIND: Mapping[ImportKind, tuple[Column, ...]] = {
    ImportKind.UNITS: (Column.IGNORED, Column.UNIT, Column.FRONTLINE, Column.EXECUTIVE),
    ImportKind.PEOPLE: (
        Column.IGNORED,
        Column.UNIT,
        Column.PANEL,
        Column.NAME,
        Column.GIVEN,
        Column.EMAIL,
        Column.PHONE,
        Column.LANGUAGE,
    ),
}
MANY = frozenset({Column.IGNORED, Column.UNIT})
"""Any number of columns may be these: the levels of a path stand side by side."""

# English, Spanish, Portuguese, French, German, Italian, Dutch; plain letters only, see `plain`.
WORDS: Mapping[Column, str] = {
    Column.EMAIL: "email e mail correo electronico mailadresse courriel adresse electronique posta elettronica",
    Column.PHONE: "phone mobile cell telephone telefono movil celular telefone telemovel portable telefon handy"
    " handynummer mobiltelefon cellulare telefoon gsm msisdn",
    Column.LANGUAGE: "language idioma lengua lingua langue sprache taal locale",
    Column.PANEL: "panel role rol group grupo papel funktion ruolo rolle puesto cargo position poste stelle",
    Column.GIVEN: "first given forename vorname prenom nombre pila nome proprio primeiro voornaam",
    Column.NAME: "name nombre nom nome naam apellido apellidos surname lastname nachname cognome sobrenome"
    " persona person employee empleado mitarbeiter colaborador full completo",
    Column.EXECUTIVE: "executive executives managers management directivos direccion dirigeants fuhrungskrafte"
    " leitung dirigenti directie diretores executivos",
    Column.FRONTLINE: "frontline front line headcount head count staff employees people plantilla empleados"
    " personas effectif mitarbeiter personal dipendenti personeel colaboradores linea",
    Column.UNIT: "unit path unidad unite einheit unita eenheid unidade store shop branch tienda sucursal filiale"
    " magasin negozio loja winkel site location centro region area zone zona district team equipo equipe gruppe"
    " department departamento departement abteilung reparto afdeling division ruta standort oficina office"
    " level nivel niveau ebene livello",
}
_CONTACTS = frozenset({Column.EMAIL, Column.PHONE})
_ORDER: Mapping[ImportKind, tuple[Column, ...]] = {
    ImportKind.PEOPLE: (
        Column.EMAIL,
        Column.PHONE,
        Column.LANGUAGE,
        Column.GIVEN,
        Column.UNIT,
        Column.PANEL,
        Column.NAME,
    ),
    ImportKind.UNITS: (Column.EXECUTIVE, Column.FRONTLINE, Column.UNIT),
}
_SECOND_CHANCE = frozenset({"name", "nombre", "nom", "nome", "naam"})
_NUMBERED = frozenset({"id", "code", "number", "no", "nr", "num", "numero", "codigo", "nummer", "kennung"})
_PANELS: Mapping[Panel, str] = {
    Panel.FRONTLINE: "frontline,front line,front,f,employee,employees,staff,primera linea,linea,empleado,empleada,"
    "empleados,trabajador,colaborador,colaboradora,linha da frente,mitarbeiter,mitarbeitende,personal,employe,"
    "employes,terrain,dipendente,medewerker",
    Panel.EXECUTIVE: "executive,executives,exec,e,manager,managers,management,director,directora,directivo,directiva,"
    "directivos,direccion,ejecutivo,ejecutiva,leitung,fuhrung,fuhrungskraft,dirigeant,direction,dirigente,diretor,"
    "diretoria,executivo,directie",
}


def plain(text: str) -> str:
    """Lower case, without accents and signs."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[^a-z0-9]+", " ", letters.encode("ascii", "ignore").decode()).strip()


@cache
def _panel_words() -> dict[str, Panel]:
    return {word: panel for panel, words in _PANELS.items() for word in words.split(",")}


def panel_of(text: str) -> Panel | None:
    """None where it is no panel. Blank is the front line: nearly everybody is."""
    return _panel_words().get(plain(text)) if text else Panel.FRONTLINE


@cache
def _words(column: Column) -> frozenset[str]:
    return frozenset(WORDS[column].split())


def guess(kind: ImportKind, headings: Sequence[str], samples: Sequence[Sequence[str]] = ()) -> list[Column]:
    """A field for each heading; a column that is not understood is not used."""
    found: list[Column] = []
    for at, heading in enumerate(headings):
        words = frozenset(plain(heading).split())
        values = [row[at] for row in samples if row[at]]
        fits = (column for column in _ORDER[kind] if words & _words(column))
        column = next((one for one in fits if one in MANY or one not in found), Column.IGNORED)
        if column not in _CONTACTS and words & _NUMBERED:
            column = Column.IGNORED
        if column is Column.PANEL and any(panel_of(value) is None for value in values):
            column = Column.IGNORED
        looks_like_email = bool(values) and all("@" in value for value in values)
        wanted = Column.EMAIL in _ORDER[kind] and Column.EMAIL not in found
        if column is Column.IGNORED and wanted and looks_like_email:
            column = Column.EMAIL
        found.append(column)
    return found if Column.UNIT in found else _with_a_unit(kind, headings, found)


def _with_a_unit(kind: ImportKind, headings: Sequence[str], found: list[Column]) -> list[Column]:
    """In a file of units “Name” is the unit's."""
    for at, heading in enumerate(headings):
        if kind is ImportKind.UNITS and frozenset(plain(heading).split()) & _SECOND_CHANCE:
            return [*found[:at], Column.UNIT, *found[at + 1 :]]
    return found


def of(kind: ImportKind, words: Iterable[str], width: int) -> list[Column]:
    """A mapping as it was chosen on the page; what is not known there is not used."""
    allowed = {column.value: column for column in OF_KIND[kind]}
    chosen = [allowed.get(word, Column.IGNORED) for word in words][:width]
    return chosen + [Column.IGNORED] * (width - len(chosen))
