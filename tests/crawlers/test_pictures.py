"""Screenshots and scanned letters, drawn for the tests, read by the machine's own tesseract."""

import io
from pathlib import Path

import pytest
from PIL import Image

from crawlers.pictures import read_picture, without_furniture
from langnghe.errors import WrongCall

PICTURES = Path(__file__).parent / "pictures"
POST = "còn hạn mà họ bảo hết thuốc, phải ra ngoài mua mất 450.000 đồng."


@pytest.mark.parametrize("name", ["post", "post_dark"])
def test_a_screenshot_gives_its_text_without_name_time_and_buttons(name):
    read = read_picture((PICTURES / f"{name}.png").read_bytes())
    assert read.text.startswith("Sáng nay đi lấy thuốc ở bệnh viện huyện, thẻ bảo hiểm y tế")
    assert POST in read.text
    assert not [word for word in ("Hoa", "giờ", "Thích", "Chia") if word in read.text]
    assert read.confidence > 0.8


def test_a_letter_that_was_photographed_askew_is_read():
    text = read_picture((PICTURES / "letter.png").read_bytes()).text
    assert "Tôi đóng bảo hiểm xã hội tự nguyện từ năm 2019 tại xã." in text
    assert "chưa chốt sổ nên tôi không được cộng nối thời gian" in text


def _png(size: tuple[int, int]) -> bytes:
    stream = io.BytesIO()
    Image.new("1", size, 1).save(stream, "PNG")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("picture", "problem"),
    [
        (b"no picture", "can't be read"),
        (_png((300, 200)), "no text"),
        (_png((9_000, 9_000)), "pixels"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 30, "can't be read"),
        (b"x" * 20_000_001, "MB"),
    ],
)
def test_what_cannot_be_read_is_said(picture, problem):
    with pytest.raises(WrongCall, match=problem):
        read_picture(picture)


def test_words_of_buttons_go_only_where_a_line_has_nothing_else():
    lines = ["Minh Anh", "2 ngày · 🌐", "Thích nhất là được trả lời nhanh", "12 bình luận  3 lượt chia sẻ", "Like Reply 2h", "450.000"]
    kept = without_furniture([(1, line) for line in lines])
    assert [line for _, line in kept] == ["Thích nhất là được trả lời nhanh", "450.000"]
