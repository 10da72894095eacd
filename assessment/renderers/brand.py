"""What makes a file the client's own: its logo and its colour, and the firm's deck under the slides."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Brand:
    """`colour`: six hexadecimal digits after a #, or nothing. `deck`: a presentation to build on, or none."""

    logo: bytes | None = None
    colour: str = ""
    deck: bytes | None = None


PLAIN = Brand()
