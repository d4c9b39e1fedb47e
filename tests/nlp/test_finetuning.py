"""Fine-tuning: what it is taught with, what decides afterwards; with torch the whole of it, without torch the word that it is missing."""

from importlib.util import find_spec

import numpy as np
import pytest
import yaml

from langnghe.cli import main
from langnghe.errors import Unavailable
from langnghe.labels import load_labels
from langnghe.settings import NlpSettings, Settings
from nlp.backends import open_backend
from nlp.backends.manifest import Licence, Manifest, load_manifest
from nlp.finetuning.decisions import decision, decisions
from nlp.finetuning.examples import decides, example, is_development, slices, teaching_examples
from nlp.finetuning.teaching import fine_tune, write_manifest
from nlp.heads import INTENT_ELSEWHERE, heads
from nlp.labelled import load_labelled
from tests.nlp.backends.tiny import write_tokenizer

HEADS = heads(load_labels())
BASE = Manifest(name="tiny", source=".", runtime="torch", input_form="raw", max_length=32, licence=Licence(id="MIT"))
ROWS = load_labelled()[:200]


def test_every_label_of_every_head_has_its_place_and_its_target():
    row = next(row for row in ROWS if row.relevant and row.topics)
    found = example(row, HEADS, BASE)
    for part in slices(HEADS):
        held = {label for label, target in zip(part.head.labels, found.targets[part.start : part.end], strict=True) if target}
        assert held == part.head.gold(row)
    assert found.taught.all()


def test_a_text_that_is_not_relevant_teaches_only_relevance_and_the_intent_of_such_texts():
    row = next(row for row in ROWS if not row.relevant)
    taught = {part.head.name for part in slices(HEADS) if example(row, HEADS, BASE).taught[part.start]}
    assert taught == {"relevant", INTENT_ELSEWHERE}


def test_the_frozen_test_is_neither_taught_nor_used_for_thresholds():
    teach, kept = teaching_examples(ROWS, HEADS, BASE)
    known = [row for row in ROWS if not row.is_test]
    assert len(kept) == sum(map(is_development, known))
    assert len(teach) == 2 * (len(known) - len(kept))
    frozen = {example(row, HEADS, BASE).text for row in ROWS if row.is_test}
    assert not frozen & {one.text for one in [*teach, *kept]}


def test_thresholds_factors_and_cuts_are_chosen_on_the_kept_texts():
    by_name = {head.name: head for head in HEADS}
    scores = np.linspace(-4, 4, 81, dtype=np.float32)[:, None]
    gold = (scores > -1.2).astype(np.float32)  # a probability of 0.23
    assert decision(by_name["relevant"], scores, gold)["yes"] == pytest.approx(0.25, abs=0.05)
    assert decision(by_name["relevant"], scores[:5], gold[:5]) == {"yes": 0.5}
    _, kept = teaching_examples(load_labelled()[:800], HEADS, BASE)
    found = decisions(slices(HEADS), kept, np.zeros((len(kept), slices(HEADS)[-1].end), dtype=np.float32))
    assert list(found) == [head.name for head in HEADS]
    assert set(found["concern"]) == {"1", "2"}


def test_the_manifest_of_what_was_made_keeps_the_licence_and_names_every_label(tmp_path):
    base = BASE.model_copy(update={"licence": Licence(id="AGPL-3.0", note="share", must_be_accepted=True)})
    write_manifest(tmp_path, base, decides(HEADS, {head.name: {} for head in HEADS}))
    made = load_manifest(tmp_path / "manifest.yaml")
    assert (made.name, made.runtime, made.licence) == ("tiny-langnghe", "onnx", base.licence)
    assert [part.head for part in made.decides] == [head.name for head in HEADS]


def test_the_command_says_what_it_needs(tmp_path, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["train", "--backend", "transformers"])
    assert stopped.value.code == 2
    assert "--model and --out" in capsys.readouterr().err


def tiny_base(folder):
    """Random weights, real files."""
    from transformers import RobertaConfig, RobertaForSequenceClassification

    vocabulary = write_tokenizer(folder, sorted({word for row in ROWS for word in row.text.split()})[:500])
    config = RobertaConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=40,
    )
    RobertaForSequenceClassification(config).save_pretrained(folder)


@pytest.mark.filterwarnings("default")
def test_a_tiny_model_is_taught_exported_and_used_where_torch_is_installed_and_asked_for_where_not(tmp_path):
    if not (find_spec("torch") and find_spec("onnxscript")):
        with pytest.raises(Unavailable, match=r"needs (torch|onnxscript), which is not installed.*pip install 'langnghe\[torch"):
            fine_tune(tmp_path, BASE, ROWS, HEADS, tmp_path / "made", epochs=1)
        return
    tiny_base(tmp_path)
    fine_tune(tmp_path, BASE, ROWS, HEADS, tmp_path / "made", epochs=1)
    backend = open_backend(Settings(data_dir=tmp_path, nlp=NlpSettings(backend="transformers", model=str(tmp_path / "made"))))
    [found] = backend.predict([ROWS[0].request()])
    assert set(found.chosen) == {head.name for head in HEADS}


@pytest.mark.filterwarnings("default")
def test_a_model_that_needs_torch_says_so_where_it_is_missing(tmp_path):
    manifest = BASE.model_dump(exclude_none=True) | {"decides": [{"head": "sentiment", "labels": ["negative", "positive", "neutral"]}]}
    (tmp_path / "manifest.yaml").write_text(yaml.safe_dump(manifest), encoding="utf-8")
    settings = Settings(data_dir=tmp_path, nlp=NlpSettings(backend="transformers", model=str(tmp_path)))
    if not find_spec("torch"):
        with pytest.raises(Unavailable, match="torch is not installed, which this model's runtime needs"):
            open_backend(settings)
        return
    tiny_base(tmp_path)
    with pytest.raises(Exception, match="numbers for a text"):
        open_backend(settings).predict([next(row for row in ROWS if row.relevant).request()])
