"""Long texts: their lead and the sentences that name the insurances are read, and how present these are is measured."""

from nlp.excerpt import LEAD, LONG, PASSAGES, excerpt
from nlp.tokens import load_tokeniser

NAMING = "Quỹ bảo hiểm y tế chi trả phần còn lại."
OTHER = "Con đường mới nối hai xã được rải nhựa trước mùa mưa năm nay."


def read(text: str, title: str | None = None):
    tokenise = load_tokeniser()
    return excerpt(tokenise(title) if title else None, tokenise.sentences(text), lambda sentence: sentence.exact.count("bhyt"))


def test_a_short_text_is_read_whole_with_its_title():
    found = read(f"{OTHER} {NAMING}", "Đường mới")
    assert found.closely is None
    assert found.tokens.exact[:2] == ["đường", "mới"]
    assert "bhyt" in found.tokens.exact


def test_of_a_long_text_the_lead_and_the_sentences_that_name_the_insurance_are_read():
    found = read(" ".join([OTHER] * 15 + [NAMING] + [OTHER] * 15))
    assert LEAD <= len(found.tokens.exact) < LONG
    assert found.tokens.exact.count("bhyt") == 1


def test_presence_tells_an_article_about_the_insurance_from_one_that_names_it_in_passing():
    passing = read(" ".join([OTHER] * 20 + [NAMING]), "Đường mới").closely.presence
    about = read(" ".join([NAMING, OTHER] * 12), "Quỹ bảo hiểm y tế chi trả thêm").closely.presence
    assert all(less < more for less, more in zip(passing, about, strict=True))


def test_a_text_without_marks_is_read_alike():
    text = " ".join([OTHER] * 15 + [NAMING])
    bare = read("Con duong moi noi hai xa duoc rai nhua truoc mua mua nam nay. " * 15 + "Quy bao hiem y te chi tra phan con lai.")
    assert len(bare.tokens.exact) == len(read(text).tokens.exact)


def test_a_passage_is_a_sentence_that_names_the_insurance_with_those_around_it():
    closely = read(" ".join([OTHER] * 9 + [NAMING] + [OTHER] * 9), "Đường mới").closely
    [passage] = closely.passages
    assert len(passage.exact) == len(read(f"{OTHER} {NAMING} {OTHER}").tokens.exact)
    assert closely.lead.exact[:2] == ["đường", "mới"]
    assert "bhyt" not in closely.lead.exact


def test_a_sentence_stands_in_one_passage_and_an_article_has_not_more_than_a_few():
    closely = read(" ".join([NAMING, OTHER, OTHER] * 30)).closely
    assert len(closely.passages) == PASSAGES
    together = read(" ".join([NAMING] * 40)).closely.passages
    assert [passage.exact.count("bhyt") for passage in together[:2]] == [2, 3]
