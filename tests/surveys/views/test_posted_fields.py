from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.test import Client, RequestFactory
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from surveys.views.posted_fields import FORM, fields_of, read_quickly

pairs = st.lists(st.tuples(st.text(max_size=8), st.text(max_size=20)), max_size=12)


@pytest.mark.pure
@given(pairs.map(lambda given_: urlencode(given_, errors="surrogatepass").encode()) | st.binary(max_size=60))
def test_they_are_what_django_reads(body: bytes) -> None:
    try:
        read = fields_of(body)
    except ValueError:
        return  # left to Django
    whole = QueryDict(body, encoding="utf-8")
    assert dict(read.lists()) == dict(whole.lists())
    assert read.dict() == whole.dict()


@pytest.mark.pure
def test_nobody_changes_them() -> None:
    with pytest.raises(AttributeError, match="immutable"):
        fields_of(b"a=1")["a"] = "2"


@pytest.mark.pure
@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (f"{FORM}; charset=utf-8", b"a=1"),
        ("multipart/form-data; boundary=x", b"--x--"),
        (FORM, b"&".join([b"a=1"] * 401)),
        (FORM, b"a=\xff"),
    ],
)
def test_what_is_not_plain_is_left_to_django(kind: str, body: bytes) -> None:
    request: Any = RequestFactory().post("/a/send", body, content_type=kind)
    read_quickly(request)
    assert not hasattr(request, "_post")


@pytest.mark.django_db
def test_too_much_is_refused_as_everywhere(client: Client) -> None:
    many = client.post(reverse("answer-send"), b"&".join([b"a=1"] * 401), content_type=FORM)
    long = client.post(reverse("answer-send"), b"a=" + b"x" * 300_000, content_type=FORM)
    assert (many.status_code, long.status_code) == (400, 400)
