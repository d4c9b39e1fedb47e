from alerts.novelty.clusters import cells, storylines, vectors

HERE, THERE = {("hi_drug_supply", "34-40")}, {("pension", "34-01")}
EVENT = [
    "viện tỉnh hết dịch lọc máu người chạy thận phải giãn ca",
    "người chạy thận ở viện tỉnh giãn ca vì hết dịch lọc máu",
    "sáu mươi người chạy thận giãn ca khi dịch lọc máu về chậm",
]
OTHER = [f"chi trả lương hưu kỳ {word} qua tài khoản của người cao tuổi" for word in ("một", "hai", "ba")]


def test_the_same_event_is_one_storyline_and_another_is_not():
    lines = storylines(vectors(EVENT + OTHER), cells([HERE] * 3 + [THERE] * 3), 0.08)
    assert len(set(lines[:3])) == 1
    assert len(set(lines[3:])) == 1
    assert lines[0] != lines[3]


def test_the_same_place_brings_texts_together_and_no_words_in_common_never():
    texts = [EVENT[0], "người chạy thận phải đi xa", *OTHER]
    rows = vectors(texts)
    like = 0.5 * float(rows[0] @ rows[1]) * 1.5
    assert storylines(rows[:2], cells([HERE, HERE]), like)[1] == 0
    assert storylines(rows[:2], cells([HERE, THERE]), like)[1] == 1
    assert storylines(rows[[0, 2]], cells([HERE, HERE]), 0.01) == [0, 1]


def test_an_empty_text_stands_alone():
    assert storylines(vectors(["", "", EVENT[0]]), cells([HERE] * 3), 0.08) == [0, 1, 2]
