from datetime import UTC, datetime, timedelta

import pytest

from langnghe.documents import Document
from langnghe.record.documents import find, store_document

RELEASE = (
    "Cơ quan Bảo hiểm xã hội công bố danh sách các đơn vị chậm đóng, trốn đóng bảo hiểm xã hội trong quý ba. Theo đó, hơn một nghìn doanh nghiệp "
    "nợ tiền đóng từ ba tháng trở lên, ảnh hưởng đến quyền lợi của hàng chục nghìn người lao động. Cơ quan này cho biết sẽ chuyển hồ sơ sang công an "
    "đối với những trường hợp cố tình vi phạm, đồng thời đề nghị các địa phương đưa chỉ tiêu thu hồi nợ vào kế hoạch cuối năm."
)
OTHER = (
    "Người bệnh đái tháo đường ở bệnh viện phải ra nhà thuốc bên ngoài mua insulin vì kho thuốc bảo hiểm y tế đã hết từ đầu tuần, trong khi kết quả "
    "đấu thầu mới chưa được phê duyệt. Nhiều cụ già ngồi chờ cả buổi rồi về tay không, lo lắng vì tiền lương hưu không đủ mua thuốc."
)
NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def story_of(any_record, privacy):
    def store(ref: str, text: str, title: str = "Tin", days: int = 0) -> int:
        document = Document(id=ref, source="s", kind="news", title=title, text=text, fetched=NOW + timedelta(days=days))
        with any_record.session() as session:
            store_document(session, document, privacy=privacy, now=NOW)
            return find(session, "s", ref).story_id

    return store


def test_a_copy_with_a_changed_lead_is_the_same_story(story_of):
    assert story_of("a", RELEASE) == story_of(
        "b", "Sáng nay tại Hà Nội, một cuộc họp báo đã diễn ra. " + RELEASE, title="Nghìn doanh nghiệp nợ bảo hiểm"
    )


def test_another_text_on_the_same_matter_is_another_story(story_of):
    assert story_of("a", RELEASE) != story_of("b", OTHER)


def test_short_thanks_are_not_copies_of_each_other(story_of):
    assert story_of("a", "Cảm ơn ad", title="") != story_of("b", "Cảm ơn ad", title="")


def test_a_text_that_returns_after_months_is_news_again(story_of):
    assert story_of("a", RELEASE) != story_of("b", RELEASE, days=120)
