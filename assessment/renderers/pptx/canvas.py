"""Slides from a template, and the few things the deck puts on them: text, native charts, tables, notes."""

import io
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
)
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.oxml import parse_xml
from pptx.slide import Slide, SlideLayout
from pptx.util import Emu, Inches, Length, Pt

from assessment.renderers.foreword import reads_from_right
from assessment.renderers.neutral import printable
from assessment.renderers.pptx.parts import (
    ACCENT,
    HUES,
    INK,
    LINE,
    PAPER,
    SOFT,
    SUNKEN,
    WARN,
    WARN_SOFT,
    Box,
    Grid,
    Mark,
    Plot,
    Series,
    Words,
)
from assessment.renderers.telling import PANELS

TEMPLATE = Path(__file__).parent / "template.pptx"
MARKERS = {"frontline": XL_MARKER_STYLE.CIRCLE, "executive": XL_MARKER_STYLE.DIAMOND}
NEAR = 0.07  # of a scale: marks so near would have their labels in one place
TOP, BOTTOM = 0.18, 0.95  # of the slide: where the room below the title begins, and where it ends
CHART_NAMESPACE = 'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
JOINED = (
    f'<c:hiLowLines {CHART_NAMESPACE}><c:spPr><a:ln w="38100"><a:solidFill><a:srgbClr val="DED5C5"/></a:solidFill>'
    "</a:ln></c:spPr></c:hiLowLines>"
)


class Canvas:
    """A deck in the making. ValueError for a template that is no presentation or has no layout with a title."""

    def __init__(self, template: bytes | None, banner: str) -> None:
        try:
            self.deck = Presentation(io.BytesIO(template) if template else str(TEMPLATE))
        except (KeyError, OSError, ValueError, BadZipFile) as problem:
            raise ValueError("The template is not a PowerPoint presentation.") from problem
        self.banner = banner
        self._empty()
        self._layouts: list[SlideLayout] = list(self.deck.slide_layouts)
        self.width: int = self.deck.slide_width or Inches(13.333)
        self.height: int = self.deck.slide_height or Inches(7.5)
        self.margin = self.width * 0.045
        self._top = TOP

    def packed(self) -> bytes:
        made = io.BytesIO()
        self.deck.save(made)
        return made.getvalue()

    def _empty(self) -> None:
        """A firm's template may bring slides of its own; the deck begins without them."""
        listed = self.deck.slides._sldIdLst  # noqa: SLF001  # the library has no way to remove a slide
        for one in list(listed):
            self.deck.part.drop_rel(one.rId)
            listed.remove(one)

    def opening(self) -> Slide:
        self._top = TOP
        return self._slide(PP_PLACEHOLDER.CENTER_TITLE)

    def slide(self, title: str, notes: Sequence[str]) -> Slide:
        made = self._slide(PP_PLACEHOLDER.TITLE)
        if made.shapes.title is not None:
            made.shapes.title.text_frame.text = printable(title)
        self.notes(made, notes)
        self._top = TOP
        return made

    def band(self, slide: Slide, inches: float, *words: Words) -> None:
        """A strip under the title; what is put on the slide afterwards has the room below it."""
        part = inches * Inches(1) / self.height
        self.text(slide, Box(height=part / (BOTTOM - self._top)), *words, fill=SUNKEN)
        self._top += part + 0.02

    def _slide(self, wanted: PP_PLACEHOLDER) -> Slide:
        """On the layout with this kind of title and the least beside it; else with any title."""

        def beside(layout: SlideLayout) -> int:
            return len(list(layout.placeholders))

        def kinds(layout: SlideLayout) -> set[Any]:
            return {one.placeholder_format.type for one in layout.placeholders}

        titles = {PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE}
        fitting = [layout for layout in self._layouts if wanted in kinds(layout)] or [
            layout for layout in self._layouts if titles & kinds(layout)
        ]
        if not fitting:
            raise ValueError("The template has no layout with a title.")
        made = self.deck.slides.add_slide(min(fitting, key=beside))
        for holder in list(made.placeholders):
            if holder.placeholder_format.type not in titles:
                holder.element.getparent().remove(holder.element)
        if self.banner:
            self._banner(made)
        return made

    def _banner(self, slide: Slide) -> None:
        shape = slide.shapes.add_textbox(Emu(0), Emu(0), Emu(self.width), Inches(0.3))
        shape.name = "Simulated"
        shape.fill.solid()
        shape.fill.fore_color.rgb = WARN_SOFT
        _write(shape.text_frame, [Words(self.banner, 11, bold=True, colour=WARN)])

    def logo(self, picture: bytes, name: str) -> None:
        """In the corner of the first slide, described by the client's name."""
        shape = self.deck.slides[0].shapes.add_picture(io.BytesIO(picture), 0, 0, height=Inches(0.6))
        shape.left = Emu(int(self.width - self.margin - shape.width))
        shape.top = Emu(int(self.height * 0.06))
        shape.name = "Logo"
        shape._element.nvPicPr.cNvPr.set("descr", printable(name))  # noqa: SLF001  # the library has no way to

    def notes(self, slide: Slide, paragraphs: Sequence[str]) -> None:
        frame = slide.notes_slide.notes_text_frame
        if frame is not None:
            frame.text = printable("\n".join(filter(None, paragraphs)))

    def _room(self, box: Box) -> tuple[Length, Length, Length, Length]:
        top, bottom = self.height * self._top, self.height * BOTTOM
        wide = self.width - 2 * self.margin
        return (
            Emu(int(self.margin + box.left * wide)),
            Emu(int(top + box.top * (bottom - top))),
            Emu(int(box.width * wide)),
            Emu(int(box.height * (bottom - top))),
        )

    def text(self, slide: Slide, box: Box, *words: Words, fill: RGBColor | None = None) -> None:
        shape = slide.shapes.add_textbox(*self._room(box))
        if fill is not None:
            shape.fill.solid()
            shape.fill.fore_color.rgb = fill
        shape.text_frame.word_wrap = True
        shape.text_frame.auto_size = MSO_AUTO_SIZE.NONE
        _write(shape.text_frame, words)

    def bars(self, slide: Slide, box: Box, plot: Plot) -> None:
        """Horizontal bars of shares from zero, the first category at the top."""
        chart = self._chart(slide, box, XL_CHART_TYPE.BAR_CLUSTERED, plot)
        chart.plots[0].gap_width, chart.plots[0].overlap = 60, -5
        chart.category_axis.reverse_order = True
        chart.value_axis.tick_label_position = XL_TICK_LABEL_POSITION.NONE
        _axes(chart, min(1, math.ceil(plot.highest * 1.3 * 4) / 4 or 1), "0%")
        chart.value_axis.has_major_gridlines = False
        for one, made in zip(plot.series, chart.plots[0].series, strict=True):
            made.format.fill.solid()
            made.format.fill.fore_color.rgb = HUES[one.panel]
            _labels(made, one, "0%", XL_LABEL_POSITION.OUTSIDE_END)

    def dumbbell(self, slide: Slide, box: Box, plot: Plot, *, top: float) -> None:
        """Two marks over each category with a line between them, on a scale from 0 to `top`."""
        chart = self._chart(slide, box, XL_CHART_TYPE.LINE_MARKERS, plot)
        number = "0%" if top == 1 else "0"
        _axes(chart, top, number)
        for one, made in zip(plot.series, chart.plots[0].series, strict=True):
            made.smooth = False
            made.format.line.fill.background()
            made.marker.style, made.marker.size = MARKERS[one.panel], 13
            made.marker.format.fill.solid()
            made.marker.format.fill.fore_color.rgb = HUES[one.panel]
            made.marker.format.line.fill.background()
            _labels(made, one, "0%" if top == 1 else "0.0", XL_LABEL_POSITION.RIGHT, short=True)
        for place in range(len(plot.categories)):
            _apart(chart, plot, place, top)
        line = chart._chartSpace.find(".//{*}lineChart")  # noqa: SLF001  # the library does not draw these lines
        line.find("{*}marker").addprevious(parse_xml(JOINED))

    def _chart(self, slide: Slide, box: Box, kind: XL_CHART_TYPE, plot: Plot) -> Any:
        data = CategoryChartData()
        data.categories = [_inert(category) for category in plot.categories]
        for one in plot.series:
            data.add_series(_inert(one.name), [point.value for point in one.points])
        frame = slide.shapes.add_chart(kind, *self._room(box), data)
        _describe(frame, plot.alt)
        chart: Any = frame.chart
        chart.has_title = False
        chart.has_legend = True
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
        chart.font.size, chart.font.color.rgb = Pt(13), INK
        return chart

    def table(self, slide: Slide, box: Box, grid: Grid) -> None:
        left, top, width, height = self._room(box)
        lines = len(grid.rows) + 1
        tall = min(height, Inches(0.42) * lines)
        frame = slide.shapes.add_table(lines, len(grid.heads), left, top, width, tall)
        _describe(frame, grid.alt)
        table = frame.table
        table.horz_banding = False
        for column, part in zip(table.columns, grid.widths, strict=True):
            column.width = Emu(int(width * part / sum(grid.widths)))
        for place, head in enumerate(grid.heads):
            _fill(table.cell(0, place), Mark(head, PAPER, ACCENT, bold=True), first=place == 0)
        for line, row in enumerate(grid.rows, start=1):
            for place, mark in enumerate(row):
                _fill(table.cell(line, place), mark, first=place == 0)


def _inert(text: str) -> str:
    """A chart brings a workbook, in which a label must not become a formula."""
    clean = printable(text)
    return f" {clean}" if clean.startswith(("=", "{=")) else clean


def _describe(frame: Any, alt: str) -> None:
    frame._element.nvGraphicFramePr.cNvPr.set("descr", printable(alt))  # noqa: SLF001  # the library has no alt text


def _write(frame: Any, words: Sequence[Words]) -> None:
    for place, one in enumerate(words):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        if reads_from_right(one.text):
            paragraph._p.get_or_add_pPr().set("rtl", "1")  # noqa: SLF001  # the library knows no direction
            paragraph.alignment = PP_ALIGN.RIGHT
        run = paragraph.add_run()
        run.text = printable(one.text)
        run.font.size, run.font.bold, run.font.italic = Pt(one.size), one.bold, one.italic
        run.font.color.rgb = one.colour
        paragraph.space_after = Pt(one.size * 0.35)


def _fill(cell: Any, mark: Mark, *, first: bool) -> None:
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    cell.margin_top = cell.margin_bottom = Pt(2)
    cell.fill.solid()
    cell.fill.fore_color.rgb = mark.fill or PAPER
    _write(cell.text_frame, [Words(mark.text, 13, bold=mark.bold or first, colour=mark.colour)])


def _axes(chart: Any, top: float, number: str) -> None:
    values = chart.value_axis
    values.minimum_scale, values.maximum_scale = 0, top
    values.major_unit = top / 4
    values.has_major_gridlines = True
    values.major_gridlines.format.line.color.rgb = LINE
    values.format.line.fill.background()
    values.tick_labels.number_format, values.tick_labels.number_format_is_linked = number, False
    values.tick_labels.font.size = Pt(11)
    chart.category_axis.format.line.color.rgb = SOFT
    chart.category_axis.has_major_gridlines = False
    chart.category_axis.tick_labels.font.size = Pt(13)


def _labels(made: Any, series: Series, number: str, where: XL_LABEL_POSITION, *, short: bool = False) -> None:
    """Numbers beside the marks; a bound says that it is one, in words where there is room for them."""
    labels = made.data_labels
    labels.show_value = True
    labels.number_format, labels.number_format_is_linked = number, False
    labels.position = where
    labels.font.size, labels.font.bold, labels.font.color.rgb = Pt(12), True, HUES[series.panel]
    for place, point in enumerate(series.points):
        if point.value is not None and point.label:
            label = made.points[place].data_label
            label.position = where
            frame = label.text_frame
            frame.text = point.sign if short else point.label
            font = frame.paragraphs[0].runs[0].font
            font.size, font.bold, font.color.rgb = Pt(12), True, HUES[series.panel]


def _apart(chart: Any, plot: Plot, place: int, top: float) -> None:
    """Where two marks are near, the label of one leaves the line: upwards in the lower half, else downwards."""
    values = [one.points[place].value for one in plot.series]
    known = [value for value in values if value is not None]
    if len(known) < len(PANELS) or max(known) - min(known) > NEAR * top:
        return
    up = sum(known) < top
    leaves = max if up else min
    side = values.index(leaves(known)) if known[0] != known[1] else int(up)
    label = chart.plots[0].series[side].points[place].data_label
    label.position = XL_LABEL_POSITION.ABOVE if up else XL_LABEL_POSITION.BELOW
    if not label.has_text_frame:
        font = label.font
        font.size, font.bold, font.color.rgb = Pt(12), True, HUES[plot.series[side].panel]
        number = f'<c:numFmt {CHART_NAMESPACE} formatCode="{"0%" if top == 1 else "0.0"}" sourceLinked="0"/>'
        label._dLbl.find("{*}idx").addnext(parse_xml(number))  # noqa: SLF001  # the library knows no format here
