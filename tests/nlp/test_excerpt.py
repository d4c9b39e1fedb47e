"""Long texts: their lead and the sentences that name the insurances are read, and how present these are is measured."""

import numpy as np

from nlp.excerpt import LEAD, LONG, excerpt
from nlp.presence import unweighed, weighed
from nlp.tokens import load_tokeniser

NAMING = "Quỹ bảo hiểm y tế chi trả phần còn lại."
OTHER = "Con đường mới nối hai xã được rải nhựa trước mùa mưa năm nay."


def read(text: str, title: str | None = None):
    tokenise = load_tokeniser()
    return excerpt(tokenise(title) if title else None, tokenise.sentences(text), lambda sentence: sentence.exact.count("bhyt"))


def test_a_short_text_is_read_whole_with_its_title():
    found = read(f"{OTHER} {NAMING}", "Đường mới")
    assert found.presence is None
    assert found.tokens.exact[:2] == ["đường", "mới"]
    assert "bhyt" in found.tokens.exact


def test_of_a_long_text_the_lead_and_the_sentences_that_name_the_insurance_are_read():
    found = read(" ".join([OTHER] * 15 + [NAMING] + [OTHER] * 15))
    assert LEAD <= len(found.tokens.exact) < LONG
    assert found.tokens.exact.count("bhyt") == 1


def test_presence_tells_an_article_about_the_insurance_from_one_that_names_it_in_passing():
    passing = read(" ".join([OTHER] * 20 + [NAMING]), "Đường mới").presence
    about = read(" ".join([NAMING, OTHER] * 12), "Quỹ bảo hiểm y tế chi trả thêm").presence
    assert all(less < more for less, more in zip(passing, about, strict=True))


def test_a_text_without_marks_is_read_alike():
    text = " ".join([OTHER] * 15 + [NAMING])
    bare = read("Con duong moi noi hai xa duoc rai nhua truoc mua mua nam nay. " * 15 + "Quy bao hiem y te chi tra phan con lai.")
    assert len(bare.tokens.exact) == len(read(text).tokens.exact)


def test_without_learned_weights_the_models_alone_decide():
    logits = np.array([1.5], dtype=np.float32)
    assert weighed(logits, [(1.0, 1.0, 2.0, 0.5, 1.0)], unweighed(5)) == logits
