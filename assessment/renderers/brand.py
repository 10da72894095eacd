"""What makes a file its client's: logo and colour, the firm's deck under the slides, the consultants' words."""

from dataclasses import dataclass

from assessment.renderers.foreword import Foreword


@dataclass(frozen=True)
class Brand:
    """`colour`: six hexadecimal digits after a #, or nothing. `deck`: a presentation to build on, or none."""

    logo: bytes | None = None
    colour: str = ""
    deck: bytes | None = None
    foreword: Foreword | None = None


PLAIN = Brand()
