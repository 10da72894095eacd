"""Makes the deck's default template: 16:9, three layouts, the colours and types of the page.

`python -m assessment.renderers.pptx.template` writes it anew beside this file. A firm's own template replaces it:
any .pptx whose layouts have a title.
"""

import io
from pathlib import Path

from lxml import etree
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.presentation import Presentation as Deck
from pptx.util import Emu, Inches, Pt

PATH = Path(__file__).parent / "template.pptx"
WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
KEPT = ("Title Slide", "Title Only", "Blank")
HEADING_FONT, BODY_FONT = "Georgia", "Calibri"
COLOURS = {
    "dk1": "211D18",
    "lt1": "FFFFFF",
    "dk2": "17493F",
    "lt2": "FAF7F0",
    "accent1": "B0460C",
    "accent2": "2B4C9F",
    "accent3": "17493F",
    "accent4": "7A4A00",
    "accent5": "8B8173",
    "accent6": "DED5C5",
    "hlink": "17493F",
    "folHlink": "5B5348",
}
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"

ACCENTED = f'<a:solidFill xmlns:a="{DRAWING[1:-1]}"><a:schemeClr val="tx2"/></a:solidFill>'


def build() -> bytes:
    deck = Presentation()
    deck.slide_width, deck.slide_height = WIDTH, HEIGHT
    for layout in list(deck.slide_layouts):
        if layout.name not in KEPT:
            deck.slide_layouts.remove(layout)
    _place(deck)
    _theme(deck)
    _drop_printer(deck)
    about = deck.core_properties
    about.author, about.last_modified_by, about.title = "Latitude", "Latitude", "Latitude"
    made = io.BytesIO()
    deck.save(made)
    return made.getvalue()


def _place(deck: Deck) -> None:
    """Placeholders where a wide slide wants them."""
    margin, wide = Inches(0.6), WIDTH - 2 * Inches(0.6)
    layouts = list(deck.slide_layouts)
    for holder in [
        *deck.slide_master.placeholders,
        *(one for layout in layouts for one in layout.placeholders),
    ]:
        kind = holder.placeholder_format.type
        name = kind.name if kind is not None else ""
        match name:
            case "TITLE" | "CENTER_TITLE":
                box = (margin, Inches(0.4), wide, Inches(0.9))
            case "SUBTITLE":
                box = (margin, Inches(4.6), wide, Inches(1.2))
            case "BODY" | "OBJECT":
                box = (margin, Inches(1.5), wide, Inches(5.2))
            case "DATE":
                box = (margin, Inches(6.95), Inches(3), Inches(0.35))
            case "FOOTER":
                box = (Inches(4), Inches(6.95), Inches(5.3), Inches(0.35))
            case _:
                box = (WIDTH - margin - Inches(2), Inches(6.95), Inches(2), Inches(0.35))
        holder.left, holder.top, holder.width, holder.height = (Emu(side) for side in box)
        if name in {"TITLE", "CENTER_TITLE"}:
            font = holder.text_frame.paragraphs[0].font
            font.size, font.color.rgb = Pt(30), RGBColor(0x17, 0x49, 0x3F)
    styles = deck.slide_master.element.find(".//{*}titleStyle/{*}lvl1pPr")
    if styles is not None:
        styles.set("algn", "l")
        run = styles.find("{*}defRPr")
        run.set("sz", "3000")
        for fill in run.findall(f"{DRAWING}solidFill"):
            run.remove(fill)
        run.insert(0, etree.fromstring(ACCENTED))


def _theme(deck: Deck) -> None:
    for relation in deck.slide_master.part.rels.values():
        if relation.reltype.endswith("/theme"):
            part = relation.target_part
            tree = etree.fromstring(part.blob)
            scheme = tree.find(f".//{DRAWING}clrScheme")
            for name, colour in COLOURS.items():
                slot = scheme.find(f"{DRAWING}{name}")
                for child in list(slot):
                    slot.remove(child)
                etree.SubElement(slot, f"{DRAWING}srgbClr", val=colour)
            for kind, font in (("majorFont", HEADING_FONT), ("minorFont", BODY_FONT)):
                tree.find(f".//{DRAWING}{kind}/{DRAWING}latin").set("typeface", font)
            part._blob = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)  # noqa: SLF001  # the only door


def _drop_printer(deck: Deck) -> None:
    """The library's own template names a printer, and has a picture of another deck."""
    for part in (deck.part, deck.part.package):
        rels = part._rels  # noqa: SLF001  # the only door
        for key in [
            key for key, one in rels.items() if one.reltype.endswith(("/printerSettings", "/thumbnail"))
        ]:
            rels.pop(key)


if __name__ == "__main__":
    PATH.write_bytes(build())
