"""Tiny models with real files: an ONNX graph that adds up what each word says, and the tokenizer of its words."""

import json
from pathlib import Path

import numpy as np
import onnx
import yaml
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast


def write_onnx(path: Path, says: np.ndarray) -> None:
    """A model whose numbers are the sum of its words' rows in ``says``."""
    nodes = [
        helper.make_node("Gather", ["says", "input_ids"], ["rows"]),
        helper.make_node("Unsqueeze", ["attention_mask", "last"], ["mask"]),
        helper.make_node("Cast", ["mask"], ["weight"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["rows", "weight"], ["seen"]),
        helper.make_node("ReduceSum", ["seen", "axis"], ["logits"], keepdims=0),
    ]
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "tokens"]) for name in ("input_ids", "attention_mask")]
    outputs = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["texts", says.shape[1]])]
    constants = {"says": says.astype(np.float32), "last": np.array([2], dtype=np.int64), "axis": np.array([1], dtype=np.int64)}
    graph = helper.make_graph(nodes, "tiny", inputs, outputs, [numpy_helper.from_array(v, k) for k, v in constants.items()])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10), path)


def write_tokenizer(folder: Path, words: list[str]) -> dict[str, int]:
    """The tokenizer of some words; what stands where."""
    vocabulary = {word: place for place, word in enumerate(["<s>", "<pad>", "</s>", "<unk>", *words])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", pad_token="<pad>", unk_token="<unk>"
    ).save_pretrained(folder)
    return vocabulary


def write_model(folder: Path, says: dict[str, list[float]], decides: list[dict], **more) -> Path:
    """A folder with a tiny model and its manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = write_tokenizer(folder, list(says))
    table = np.zeros((len(vocabulary), len(next(iter(says.values())))))
    for word, numbers in says.items():
        table[vocabulary[word]] = numbers
    write_onnx(folder / "model.onnx", table)
    manifest = {
        "name": "tiny",
        "source": ".",
        "runtime": "onnx",
        "input_form": "raw",
        "max_length": 12,
        "licence": {"id": "MIT"},
        "decides": decides,
        **more,
    }
    (folder / "manifest.yaml").write_text(yaml.safe_dump(manifest, allow_unicode=True), encoding="utf-8")
    (folder / "config.json").write_text(json.dumps({"id2label": {"0": "NEG", "1": "POS", "2": "NEU"}}), encoding="utf-8")
    return folder
