from datetime import timedelta

from langnghe.documents import Document, Kind
from langnghe.places import load_places
from langnghe.record.documents import store_document
from langnghe.record.schema import AnnotationRow
from nlp.annotator import load_annotator
from nlp.stored import annotate_pending


def store(record, privacy, **fields) -> int:
    now = record.clock.now()
    document = Document.model_validate({"source": "mau", "kind": Kind.news, "published": now - timedelta(days=1), "fetched": now, **fields})
    with record.session() as session:
        return store_document(session, document, privacy=privacy, now=now).document_id


def payload(record, document_id) -> dict:
    with record.reading() as session:
        return session.get_one(AnnotationRow, document_id).payload


def test_every_stored_document_is_annotated_once_and_a_comment_inherits_its_articles_province(record, privacy, settings):
    article = store(record, privacy, id="a", title="Nghệ An: bệnh viện hết thuốc BHYT", text="Người bệnh có thẻ BHYT phải mua thuốc ngoài.")
    comment = store(
        record, privacy, id="c", kind=Kind.comment, parent="a", context="Bệnh viện hết thuốc BHYT", text="Chỗ tôi cũng hết thuốc bảo hiểm"
    )
    annotator = load_annotator(settings)
    assert annotate_pending(record, annotator, load_places()) == 2
    assert annotate_pending(record, annotator, load_places()) == 0
    assert [mention["code"] for mention in payload(record, article)["provinces"]] == ["34-40"]
    assert [(p["code"], p["from"]) for p in payload(record, comment)["inherited_provinces"]] == [("34-40", "article")]


def test_a_changed_text_is_annotated_again(record, privacy, settings):
    annotator = load_annotator(settings)
    document = store(record, privacy, id="a", text="Giá vàng hôm nay tăng")
    annotate_pending(record, annotator, load_places(), progress=False)
    assert not payload(record, document)["relevant"]
    store(record, privacy, id="a", text="Bệnh viện hết thuốc BHYT, người bệnh phải mua ngoài")
    assert annotate_pending(record, annotator, load_places(), progress=False) == 1
    assert payload(record, document)["relevant"]
