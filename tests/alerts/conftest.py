"""Small records, made through the services that the real ones go through."""

import shutil
from datetime import date, timedelta
from itertools import count

import pytest

from langnghe.clock import start_of_day
from langnghe.documents import Annotation, Document, ProvinceMention
from langnghe.places import load_places
from langnghe.record.annotations import store_annotation
from langnghe.record.database import open_record
from langnghe.record.documents import find, store_document
from langnghe.settings import Settings

TODAY = date(2026, 11, 20)
PLACES = load_places()

TELLINGS = [
    "Người bệnh đái tháo đường ở {where} phải tự mua insulin vì khoa dược hết thuốc BHYT từ đầu tuần, gia đình ông Bảy xoay tiền không kịp.",
    "Khoa thận báo cạn quả lọc, sáu mươi người chạy thận tại {where} bị giãn ca, ai cũng có thẻ mà không được lọc đủ buổi.",
    "mẹ tôi đi khám ba lần ở {where} đều được hẹn lại, quầy cấp phát nói thuốc huyết áp chưa về, hỏi bao giờ có thì không ai biết",
    "Sao đóng bảo hiểm y tế đầy đủ mà tới {where} bác sĩ kê đơn xong bảo ra nhà thuốc ngoài cổng mua hết sạch vậy mọi người?",
    "Sở Y tế {where} thừa nhận đấu thầu tập trung chậm, bốn bệnh viện huyện cũ không còn kháng sinh đường tiêm cho trẻ nhỏ.",
    "Con gái em sốt cao, trực đêm ở {where} trả lời hết hạ sốt truyền, ba má phải chạy xe máy đi tìm mua giữa khuya.",
    "Bạn đọc phản ánh hóa đơn mua thuốc ngoài danh mục tại {where} lên tới bốn triệu đồng mỗi tháng, không rõ ai hoàn lại.",
    "Trạm y tế phường thuộc {where} dán giấy tạm ngừng cấp thuốc mạn tính, người già kéo nhau về tay không.",
    "Thuốc ung thư thế hệ cũ cũng đứt hàng tại {where}, điều dưỡng khuyên chuyển lên tuyến trên nằm chờ.",
    "Hội chạy thận {where} gửi đơn kiến nghị tập thể vì dịch lọc về chậm tháng thứ hai liên tiếp.",
]


class Writer:
    """Writes annotated documents into a record."""

    def __init__(self, record, privacy):
        self.record, self.privacy, self.numbers = record, privacy, count(1)

    def __call__(
        self, day=TODAY, text=None, *, topic="hi_drug_supply", province="Nghệ An", sentiment="negative", intent="complaint", **more
    ):
        number = next(self.numbers)
        ref = more.pop("ref", f"d{number}")
        concern, subtopics, also = more.pop("concern", 1), more.pop("subtopics", []), more.pop("also", [])
        labels = {name: more.pop(name) for name in ("formal", "veracity", "responsible") if name in more}
        text = text or f"{TELLINGS[number % len(TELLINGS)].format(where=province or 'đây')} {_own_words(number)}"
        published = start_of_day(day) + timedelta(hours=more.pop("hour", 7))
        parts = {"kind": "news", "source": "bao-mai", "outlet": "Báo Mai", "title": f"Tin {number}", "url": f"https://mai.example/{ref}"}
        document = Document(id=ref, text=text, published=published, fetched=published, **(parts | more))
        with self.record.session() as session:
            stored = store_document(session, document, privacy=self.privacy, now=published)
            row = find(session, document.source, document.id)
            annotation = _annotation(day, [topic, *also], province, sentiment, intent, concern, subtopics).model_copy(update=labels)
            store_annotation(session, row.id, row.version, annotation, published, PLACES)
        return stored.document_id

    def everyday(self, first, last, *, every=3):
        """Quiet coverage: a neutral piece a day, and a complaint somewhere every few days."""
        names = [province.name for province in PLACES.of_34]
        for i in range((last - first).days + 1):
            day = first + timedelta(days=i)
            self(day, topic="pension", province=names[i % 34], sentiment="neutral", intent="information")
            if i % every == 0:
                self(day, topic="hi_drug_supply" if i % 2 else "hi_card_digital", province=names[(i * 7) % 34])


def _own_words(number):
    """Words that no other document has, so that each is a story of its own."""
    return " ".join(f"chuyện{number}x{i}" for i in range(80))


def _annotation(day, topics, province, sentiment, intent, concern, subtopics):
    found = PLACES.by_name(province, day) if province else None
    mention = [ProvinceMention(name=found.name, code=found.id, evidence=province, start=0, end=1)] if found else []
    return Annotation(
        relevant=True,
        relevance=0.9,
        topics=[{"id": topic, "score": 0.9} for topic in topics],
        subtopics=subtopics,
        sentiment={"label": sentiment, "score": 0.8},
        intent={"label": intent, "score": 0.8},
        provinces=mention,
        concern=concern,
        model="m1",
    )


@pytest.fixture(scope="session")
def empty_record(tmp_path_factory):
    """The file of an empty record: most of the time of a small test would go into migrating one."""
    folder = tmp_path_factory.mktemp("empty")
    open_record(Settings(data_dir=folder)).close()
    return folder / "record.sqlite"


@pytest.fixture
def record(settings, clock, empty_record):
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(empty_record, settings.data_dir / "record.sqlite")
    opened = open_record(settings, clock)
    yield opened
    opened.close()


@pytest.fixture
def write(record, privacy):
    return Writer(record, privacy)
