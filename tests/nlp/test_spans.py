import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nlp.spans import load_normaliser

normalise = load_normaliser()


@pytest.mark.parametrize(
    ("text", "token", "written"),
    [
        ("BHYT hok đc nhận", "không", "hok"),
        ("chờ lâuuuuu quá", "lâu", "lâuuuuu"),
        ("thẻ Bảo hiểm y tế mới", "bhyt", "Bảo hiểm y tế"),
        ("đi bệnh viện khám", "bv", "bệnh viện"),
        ("mệt quá 😡", ":giận:", "😡"),
        ("chán :((", ":buồn:", ":(("),
        ("hoà nhập", "hoà", "hoà"),
        ("hòa nhập", "hoà", "hòa"),
    ],
)
def test_a_token_knows_what_the_text_as_given_has_in_its_place(text, token, written):
    for form in ("NFC", "NFD"):
        given_text = unicodedata.normalize(form, text)
        spans = normalise(given_text)
        [found] = [span for span in spans.spans if span.token == token][:1]
        assert given_text[found.start : found.end] == unicodedata.normalize(form, written)


@given(st.text(max_size=60))
@example("U\u0323\u0300")
def test_whatever_is_given_offsets_stay_in_order_and_inside_the_text(text):
    spans = normalise(text).spans
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert [span.start for span in spans] == sorted(span.start for span in spans)
