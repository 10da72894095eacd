"""A client's colour must be readable beside our papers: WCAG's contrast, worked out as it defines it."""

import re

HEX = re.compile(r"#[0-9a-f]{6}")
PAPERS = {"light": "#faf7f0", "dark": "#161411"}  # --paper in static/latitude.css
LINEAR_BELOW = 0.04045
ENOUGH = 3.0  # WCAG 2.2, 1.4.11: what is drawn, not read, against what is beside it


def luminance(colour: str) -> float:
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    linear = [c / 12.92 if c <= LINEAR_BELOW else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def too_faint(colour: str) -> dict[str, float]:
    """On which of our papers the colour cannot be made out, and how much contrast it has there."""
    found = {name: contrast(colour, paper) for name, paper in PAPERS.items()}
    return {name: ratio for name, ratio in found.items() if ratio < ENOUGH}
