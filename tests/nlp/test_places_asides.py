"""Places that printed articles name without being about them."""

from datetime import UTC, datetime

import pytest

from langnghe.documents import AnnotationRequest
from nlp.places import find_places

BEFORE = datetime(2025, 6, 30, 5, tzinfo=UTC)
BODY = "Theo cơ quan bảo hiểm xã hội, người lao động nghỉ việc cần nộp hồ sơ đúng hạn để không mất quyền lợi. " * 5


def names(text, kind="news", **more):
    return [mention.name for mention in find_places(AnnotationRequest(text=text, published=BEFORE, kind=kind, **more)).provinces]


@pytest.mark.parametrize(
    "text",
    [
        "ĐB Lê Quân (TP Hà Nội) cho rằng mức đóng cần hợp lý hơn.",
        "Đại biểu Nguyễn Thị Sửu (Thừa Thiên - Huế) đề nghị giữ quyền rút một lần.",
        "Đại biểu Quốc hội Trần Văn Tuấn (Bắc Giang), Đại biểu Lý Thị Lan (đoàn Hà Giang) cùng tranh luận về tuổi hưu.",
        "ĐBQH Nguyễn Anh Trí, đoàn Hà Nội, nói về quỹ bảo hiểm y tế.",
        "Một đại biểu đoàn Lạng Sơn hỏi về việc trả sổ bảo hiểm xã hội.",
    ],
)
def test_a_deputys_constituency_says_nothing(text):
    assert names(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Luật sư Trần Minh Hùng (Đoàn Luật sư TP. Hồ Chí Minh) phân tích vụ việc.",
        "Luật sư Nguyễn An, thuộc Đoàn Luật sư thành phố Hà Nội, cho rằng công ty phải truy đóng.",
        "Văn phòng luật sư Công Lý Đà Nẵng trả lời bạn đọc.",
        "Sách hỏi đáp về bảo hiểm, NXB Đà Nẵng, 2024.",
        "In tại Nhà xuất bản Thanh Hóa.",
    ],
)
def test_where_a_lawyer_is_admitted_or_a_book_was_printed_says_nothing(text):
    assert names(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Người dân làm thủ tục. Ảnh: ĐÔNG HÀ",
        "Người dân làm thủ tục (Ảnh: Hoàng Mai).",
        "Người dân chờ khám bệnh. Ảnh minh họa: Nguyễn Hà Nam",
        "Tỷ lệ bao phủ theo năm. Đồ họa: Bình Minh",
        BODY + "\nTRÀ PHƯƠNG - ĐÔNG HÀ",
        BODY + "Trân trọng. BÌNH MINH",
        BODY + "\nNguyễn Thái Bình",
    ],
)
def test_who_took_a_picture_or_signed_an_article_is_no_place(text):
    assert names(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Mọi đóng góp xin gửi về Báo Người Lao Động, 39 Trương Định, P6, Q3, TP HCM.",
        "Tòa soạn: số 6 Phạm Văn Bạch, Cầu Giấy, Hà Nội",
        "Bạn đọc ủng hộ chương trình xin đến 60A Hoàng Văn Thụ, phường 9, quận Phú Nhuận, TP.HCM.",
    ],
)
def test_a_newspapers_own_address_says_nothing(text):
    assert names(text) == []


def test_the_place_where_a_paper_was_signed_says_nothing():
    assert names("Hà Nội, ngày 12 tháng 5 năm 2025. Kính gửi cơ quan bảo hiểm.") == []


@pytest.mark.parametrize("kind", ["news", "comment"])
def test_where_a_patient_comes_from_counts_beside_where_they_are_treated(kind):
    text = "Bệnh nhân T.V.H (45 tuổi, quê Hậu Giang) được cứu sống, theo Sở Y tế Cần Thơ."
    assert names(text, kind=kind) == ["Hậu Giang", "Cần Thơ"]


def test_in_a_comment_somebodys_own_home_counts():
    assert names("Mình (31 tuổi, quê Hậu Giang) nằm Bệnh viện Từ Dũ, thẻ BHYT chỉ được hưởng 40%", kind="comment") == [
        "Hậu Giang",
        "Hồ Chí Minh",
    ]


def test_a_title_or_a_caption_counts_less_than_the_story():
    assert names("Bí thư Tỉnh ủy Bạc Liêu dự hội nghị tại Cà Mau.") == ["Cà Mau"]
    assert names("Nguyên giám đốc BHXH tỉnh Nghệ An nay sống ở Đà Nẵng.") == ["Đà Nẵng"]
    assert names("Công nhân Bình Dương nhận lương. Ảnh: T.L.\nTỉnh Đồng Nai có 3.000 người bị nợ bảo hiểm.") == ["Đồng Nai"]
    assert names("Bí thư Tỉnh ủy Bạc Liêu yêu cầu làm rõ.") == ["Bạc Liêu"]


def test_syllables_of_other_words_are_no_place_where_names_have_capitals():
    text = "Ông Nguyễn Văn Nam và bà Trần Thị Mai thuộc đơn vị thanh niên xung phong, Bộ Nội vụ trả lời."
    assert names(text) == []
    assert names("ở đơn vị thanh niên tụi mình") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Đoàn ĐBQH tỉnh Nghệ An tiếp xúc cử tri về lương hưu.", ["Nghệ An"]),
        ("Tại Hà Nội, ngày 12/5, công nhân nhận tiền.", ["Hà Nội"]),
        ("Giám đốc BHXH tỉnh Nghệ An trả lời báo Lao Động.", ["Nghệ An"]),
        ("Theo Báo Nghệ An: BHXH tỉnh Hà Tĩnh chi trả sớm.", ["Hà Tĩnh"]),
        (BODY + "\nBHXH tỉnh Nghệ An", ["Nghệ An"]),
        ("Trụ sở BHXH tỉnh: 12 Lê Lợi, thành phố Vinh, Nghệ An", ["Nghệ An"]),
    ],
)
def test_what_an_article_is_about_is_still_found(text, expected):
    assert names(text) == expected
