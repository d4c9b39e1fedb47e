import shutil

import numpy as np
import pytest

from langnghe.config_files import default_config_dir
from langnghe.documents import AnnotationRequest
from langnghe.errors import ConfigurationError, Unavailable
from langnghe.settings import NlpSettings, Settings
from nlp.annotator import load_annotator
from nlp.backends import open_backend
from nlp.backends.hub import open_tokenizer
from nlp.backends.manifest import find_manifest, load_manifest
from nlp.backends.windows import Encoder, model_text, windows
from nlp.heads import INTENT_ELSEWHERE
from tests.nlp.backends.tiny import write_model

STANCE = [{"head": "sentiment", "labels": ["negative", "positive", "neutral"], "called": ["NEG", "POS", "NEU"]}]
BOTH = [*STANCE, {"head": "relevant", "labels": ["yes"]}]
"""A model that says itself what is relevant is asked about every text, whatever the shipped models have been taught."""
SAYS = {"tệ": [4.0, 0, 0, 0], "tốt": [0, 4.0, 0, 0], "bệnh_viện": [0, 0, 4.0, 0], "bhyt": [0.0, 0, 0, 9.0]}
STANCE_SAYS = {word: numbers[:3] for word, numbers in SAYS.items()}
RELEVANT = "hỏi về thẻ bhyt:"


def opened(tmp_path, model, **more):
    return open_backend(Settings(data_dir=tmp_path / "data", nlp=NlpSettings(backend="transformers", model=str(model), **more)))


def stance(backend, text, **more):
    return backend.predict([AnnotationRequest(text=text, kind="comment", **more)])[0].chosen["sentiment"]


def test_a_folder_with_a_manifest_decides_its_head_in_its_own_order_of_labels(tmp_path):
    backend = opened(tmp_path, write_model(tmp_path / "tiny", SAYS, BOTH))
    assert stance(backend, f"{RELEVANT} tốt") == ["positive"]
    assert stance(backend, f"{RELEVANT} tệ") == ["negative"]


def test_what_the_model_does_not_decide_the_shipped_models_do(tmp_path):
    annotator = load_annotator(
        Settings(data_dir=tmp_path, nlp=NlpSettings(backend="transformers", model=str(write_model(tmp_path / "tiny", STANCE_SAYS, STANCE))))
    )
    [found] = annotator.annotate([AnnotationRequest(text="cho em hỏi rút bhxh 1 lần cần giấy tờ gì ạ, tốt", kind="comment")])
    assert found.relevant
    assert found.topic_ids()[0] == "si_one_time_withdrawal"
    assert found.sentiment.label == "positive"
    assert found.model.startswith("tiny-")
    assert "+shipped-" in found.model


def test_texts_that_are_not_relevant_are_not_given_to_a_model_that_only_tells_stances(tmp_path):
    backend = opened(tmp_path, write_model(tmp_path / "tiny", STANCE_SAYS, STANCE))
    backend._runtime = None  # would fail if it were asked
    assert backend.predict([AnnotationRequest(text="Giá vàng hôm nay tăng mạnh, chán quá", kind="comment")])


def test_the_intent_of_what_a_model_finds_not_relevant_is_that_of_such_texts(tmp_path):
    intents = ["complaint", "question", "suggestion", "praise", "information"]
    decides = [{"head": "relevant", "labels": ["yes"]}, *({"head": head, "labels": intents} for head in ("intent", INTENT_ELSEWHERE))]
    said = {"vàng": [-9.0, 5, 0, 0, 0, 0, 0, 0, 0, 5, 0], "bhyt": [9.0, 5, 0, 0, 0, 0, 0, 0, 0, 5, 0]}
    model = str(write_model(tmp_path / "tiny", said, decides))
    annotator = load_annotator(Settings(data_dir=tmp_path, nlp=NlpSettings(backend="transformers", model=model)))
    found = annotator.annotate([AnnotationRequest(text=text, kind="comment") for text in ("vàng", "bhyt")])
    assert [one.relevant for one in found] == [False, True]
    assert [one.intent.label for one in found] == ["praise", "complaint"]
    assert found[0].intent.score > 0.9


def test_many_texts_in_batches_are_answered_in_order_whatever_their_length(tmp_path):
    backend = opened(tmp_path, write_model(tmp_path / "tiny", SAYS, BOTH))
    words = ["tốt" if number % 3 else "tệ" for number in range(40)]
    requests = [AnnotationRequest(text=f"{RELEVANT} {'bhyt ' * (number % 7)}{word}", kind="comment") for number, word in enumerate(words)]
    found = [prediction.chosen["sentiment"][0] for prediction in backend.predict(requests)]
    assert found == ["positive" if word == "tốt" else "negative" for word in words]


def test_a_long_text_is_read_to_its_end_in_windows_that_overlap(tmp_path):
    backend = opened(tmp_path, write_model(tmp_path / "tiny", SAYS, BOTH))
    assert stance(backend, f"{RELEVANT} {'chữ ' * 30} tệ") == ["negative"]
    assert windows(list(range(10)), 4) == [[0, 1, 2, 3], [3, 4, 5, 6], [6, 7, 8, 9]]
    assert windows([], 4) == [[]]
    assert len(windows(list(range(1000)), 4)) == 8


def test_a_label_that_may_hold_beside_others_holds_if_one_window_says_it(tmp_path):
    formal = [{"head": "formal", "labels": ["yes"]}]
    backend = opened(tmp_path, write_model(tmp_path / "tiny", {"đơn": [9.0], "bhyt": [0.0], "chữ": [-1.0]}, formal))
    text = f"{RELEVANT} {'chữ ' * 40}"
    [without, with_it] = backend.predict(
        [AnnotationRequest(text=text, kind="comment"), AnnotationRequest(text=f"{text} đơn", kind="comment")]
    )
    assert (without.chosen["formal"], with_it.chosen["formal"]) == ([], ["yes"])


def test_a_model_that_was_taught_segmented_text_gets_it(tmp_path):
    manifest = load_manifest(write_model(tmp_path / "tiny", SAYS, BOTH, input_form="segmented") / "manifest.yaml")
    assert (
        model_text(AnnotationRequest(text="bảo hiểm y tế\nhết thuốc", title="Bệnh viện"), manifest) == "Bệnh_viện bảo_hiểm_y_tế hết thuốc"
    )
    assert stance(opened(tmp_path, tmp_path / "tiny"), f"{RELEVANT} bệnh viện hết rồi") == ["neutral"]


def test_the_tokenizer_of_phobert_works_without_torch(tmp_path):
    (tmp_path / "vocab.txt").write_text("bảo_hiểm 9\ny_tế 8\nhết 7\n", encoding="utf-8")
    (tmp_path / "bpe.codes").write_text("#version: 0.2\nh ế 1\nhế t</w> 1\n", encoding="utf-8")
    (tmp_path / "tokenizer_config.json").write_text('{"tokenizer_class": "PhobertTokenizer"}', encoding="utf-8")
    encode = Encoder(open_tokenizer(tmp_path), 8)
    [row] = encode("hết hết")
    assert row[0] == 0
    assert row[-1] == 2
    assert len(encode("hết " * 30)) > 1


def test_odd_texts_are_answered(tmp_path):
    relevance = [{"head": "relevant", "labels": ["yes"]}]
    backend = opened(tmp_path, write_model(tmp_path / "tiny", {"bhyt": [9.0]}, relevance))
    texts = ["", "😀", "\x00", "a" * 100_000, "bhyt " * 30_000]
    assert len(backend.predict([AnnotationRequest(text=text) for text in texts])) == 5


def test_another_order_of_labels_than_the_models_own_is_refused(tmp_path):
    swapped = [{"head": "sentiment", "labels": ["negative", "neutral", "positive"], "called": ["NEG", "NEU", "POS"]}]
    with pytest.raises(ConfigurationError, match=r"labels are NEG, NEU, POS.*says NEG, POS, NEU"):
        opened(tmp_path, write_model(tmp_path / "tiny", SAYS, swapped))


@pytest.mark.parametrize(
    ("decides", "problem"),
    [
        ([{"head": "mood", "labels": ["yes"]}], r"no decision 'mood'.*relevant"),
        ([{"head": "sentiment", "labels": ["negative", "positive"]}], r"sentiment: the labels are not those of the project.*neutral"),
        ([{"head": "sentiment", "labels": ["negative", "positive", "neutral"], "called": ["A"]}], r"manifest\.yaml:\d+: .*3 labels but 1"),
        (STANCE * 2, "stands twice"),
    ],
)
def test_a_wrong_manifest_is_refused_with_what_is_wrong(tmp_path, decides, problem):
    with pytest.raises(ConfigurationError, match=problem):
        opened(tmp_path, write_model(tmp_path / "tiny", SAYS, decides))


def test_missing_and_damaged_files_are_named(tmp_path):
    model = write_model(tmp_path / "tiny", SAYS, BOTH)
    (model / "model.onnx").write_bytes(b"no model")
    with pytest.raises(ConfigurationError, match=r"model\.onnx is no ONNX model"):
        opened(tmp_path, model)
    (model / "model.onnx").unlink()
    with pytest.raises(ConfigurationError, match=r"model\.onnx does not exist.*README"):
        opened(tmp_path, model)
    write_model(model, SAYS, BOTH)
    (model / "tokenizer.json").unlink()
    with pytest.raises(ConfigurationError, match="no tokenizer"):
        opened(tmp_path, model)
    with pytest.raises(ConfigurationError, match="does not exist"):
        opened(tmp_path, write_model(tmp_path / "other", SAYS, BOTH, source="./gone"))


def test_a_model_with_other_numbers_than_its_manifest_names_is_refused(tmp_path):
    backend = opened(tmp_path, write_model(tmp_path / "tiny", {"bhyt": [1.0, 2.0]}, BOTH))
    with pytest.raises(ConfigurationError, match="gives 2 numbers for a text, its manifest names 4 labels"):
        stance(backend, RELEVANT)


def test_terms_that_bind_the_office_must_be_accepted_by_name(tmp_path):
    licence = {"id": "AGPL-3.0", "note": "share the source", "must_be_accepted": True}
    model = write_model(tmp_path / "tiny", SAYS, BOTH, licence=licence)
    with pytest.raises(ConfigurationError, match=r"AGPL-3\.0: share the source.*nlp\.accept_licence: AGPL-3\.0"):
        opened(tmp_path, model)
    assert opened(tmp_path, model, accept_licence="AGPL-3.0")


def test_a_model_that_only_knows_the_language_is_sent_to_fine_tuning(tmp_path):
    with pytest.raises(ConfigurationError, match=r"decides nothing yet.*langnghe train --backend transformers --model phobert-base"):
        opened(tmp_path, "phobert-base")


def test_a_model_of_the_hub_is_asked_for_where_the_hub_does_not_answer(tmp_path, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(Unavailable, match=r"wonrax/phobert-base-vietnamese-sentiment could not be fetched.*copy the model's files"):
        opened(tmp_path, "phobert-sentiment")


@pytest.mark.parametrize("model", [None, "no-such-model"])
def test_an_unknown_model_is_answered_with_those_that_are_known(tmp_path, model):
    settings = Settings(data_dir=tmp_path, nlp=NlpSettings(backend="transformers", model=model))
    with pytest.raises(ConfigurationError, match=r"nlp\.model.*(phobert-base, |Name one)"):
        open_backend(settings)


def test_every_manifest_of_the_program_is_in_order_and_states_its_terms():
    paths = sorted((default_config_dir() / "models").glob("*.yaml"))
    manifests = {path.stem: load_manifest(path) for path in paths}
    assert {"phobert-base", "phobert-large", "phobert-base-v2", "visobert", "phobert-sentiment", "visobert-sentiment"} <= set(manifests)
    assert all(name == manifest.name for name, manifest in manifests.items())
    assert manifests["phobert-base-v2"].licence.must_be_accepted
    assert all(manifest.licence.note for manifest in manifests.values() if manifest.licence.must_be_accepted)


def test_the_version_of_a_model_changes_with_its_files(tmp_path):
    model = write_model(tmp_path / "tiny", SAYS, BOTH)
    before = opened(tmp_path, model).model
    write_model(model, SAYS | {"tốt": [0, 5.0, 0, 0]}, STANCE)
    assert opened(tmp_path, model).model != before


def test_an_own_folder_of_models_is_looked_through(tmp_path):
    config = tmp_path / "config"
    shutil.copytree(default_config_dir() / "models", config / "models")
    shutil.copy(config / "models" / "phobert-base.yaml", config / "models" / "our-own.yaml")
    assert find_manifest("our-own", config).stem == "our-own"
    assert np.all(np.array(load_manifest(find_manifest("phobert-base")).labels) == [])
