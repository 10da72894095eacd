"""Phone numbers as they are stored: E.164, as in +34600000000."""

import phonenumbers
from babel.core import get_global


def region_of(timezone: str) -> str | None:
    """The country that numbers without a prefix are of: that of a time zone."""
    region = get_global("zone_territories").get(timezone)
    return None if region in {None, "001", "ZZ"} else str(region)


def phone_of(text: str, region: str | None) -> str | None:
    """E.164; None where it is no number. A number that lost its plus in a spreadsheet gets it back."""
    if not text:
        return ""
    for attempt, country in ((text, region), (f"+{text.lstrip('+')}", None)):
        try:
            number = phonenumbers.parse(attempt, country)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    return None
