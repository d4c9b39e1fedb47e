from langnghe.labels import load_labels
from nlp.heads import heads
from nlp.labelled import load_labelled
from nlp.stacking import label_names
from nlp.training import WEIGHTS
from nlp.word_lessons import how_often


def test_a_text_counts_for_the_labels_that_it_concerns():
    heads_ = heads(load_labels())
    rows = load_labelled()[:400]
    relevant, other = next(row for row in rows if row.relevant), next(row for row in rows if not row.relevant)
    recent = relevant.model_copy(update={"id": "w68-0001"})
    often = how_often([relevant, other, recent], heads_)
    counts = [dict(zip(label_names(heads_), row.tolist(), strict=True)) for row in often]
    assert set(counts[0].values()) == {WEIGHTS["frozen"]}
    assert {name.partition(":")[0] for name, times in counts[1].items() if times} == {"relevant", "intent_elsewhere"}
    assert {name.partition(":")[0] for name, times in counts[2].items() if not times} == {"responsible", "audience"}
    assert counts[2]["topics:pension"] == WEIGHTS["recent"]
