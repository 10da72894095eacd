import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.views.splicing import LONGEST, Spliced

pytestmark = pytest.mark.pure


@given(
    st.lists(st.binary(max_size=300) | st.just(b"the same again " * 50), max_size=4), st.binary(max_size=70)
)
def test_what_was_spliced_is_what_was_joined(pieces: list[bytes], word: bytes) -> None:
    drawn = Spliced(pieces)
    assert gzip.decompress(drawn.gzipped(word)) == drawn.plain(word) == word.join(pieces)


def test_it_is_one_member_and_complete() -> None:
    """Browsers read the first member of a gzip file only."""
    reader = zlib.decompressobj(16 + zlib.MAX_WBITS)
    assert reader.decompress(Spliced([b"before ", b" after"]).gzipped(b"code")) == b"before code after"
    assert reader.eof
    assert not reader.unused_data


def test_it_is_as_small_as_if_it_were_compressed_at_once() -> None:
    page = b"<li>Something that comes again and again</li>" * 1000
    assert len(Spliced([page, page]).gzipped(b"code")) < 2 * len(gzip.compress(page)) + 50


def test_a_word_that_no_block_holds_is_refused() -> None:
    with pytest.raises(ValueError, match="65536 bytes"):
        Spliced([b"", b""]).gzipped(bytes(LONGEST + 1))
