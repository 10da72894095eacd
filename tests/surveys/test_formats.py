"""Dates are written as where the organization is."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from surveys.formats import day

pytestmark = pytest.mark.pure

LATE = dt.datetime(2026, 10, 21, 23, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("zone", "language", "said"),
    [
        ("Europe/London", "en", "22 October 2026"),
        ("America/New_York", "en", "October 21, 2026"),
        ("Australia/Perth", "en", "22 October 2026"),
        ("Europe/Madrid", "es", "22 de octubre de 2026"),
        ("Asia/Shanghai", "zh-hans", "2026年10月22日"),
        ("Asia/Shanghai", "en", "October 22, 2026"),  # nobody writes English in a way of China's own
        ("UTC", "en", "October 21, 2026"),
        ("Etc/GMT+5", "en", "October 21, 2026"),
        ("Europe/London", "xx", "22 October 2026"),
    ],
)
def test_a_date_is_written_as_in_its_zone(zone: str, language: str, said: str) -> None:
    assert day(LATE, ZoneInfo(zone), language) == said
