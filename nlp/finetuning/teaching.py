"""Fine-tuning with torch."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from langnghe.errors import ConfigurationError
from nlp.backends.hub import open_tokenizer
from nlp.backends.manifest import FILE_NAME, Decides, Manifest
from nlp.backends.windows import Encoder
from nlp.finetuning.decisions import decisions
from nlp.finetuning.examples import Example, Slice, decides, slices, teaching_examples
from nlp.finetuning.onnx_form import export, load_model, load_torch, save_model
from nlp.heads import Head
from nlp.labelled import Labelled
from nlp.linear import Floats

BATCH = 16
SEED = 7


class Teacher:
    """Teaches one model."""

    def __init__(self, files: Path, base: Manifest, heads: Sequence[Head], rate: float = 2e-5) -> None:
        self._torch = load_torch()
        self._torch.manual_seed(SEED)
        self._slices: list[Slice] = slices(heads)
        self._tokenizer = open_tokenizer(files)
        self._encode = Encoder(self._tokenizer, base.max_length)
        self.model = load_model(files, self._slices[-1].end)
        self._device = "cuda" if self._torch.cuda.is_available() else "cpu"
        self.model.to(self._device)
        self._optimiser = self._torch.optim.AdamW(self.model.parameters(), lr=rate, weight_decay=0.01)

    def teach(self, examples: Sequence[Example], epochs: int, step: Callable[[], None]) -> None:
        """Show the model all examples ``epochs`` times, in another order each time; of a long text its first window."""
        random = np.random.default_rng(SEED)
        self.model.train()
        for _ in range(epochs):
            order = random.permutation(len(examples))
            for start in range(0, len(order), BATCH):
                self._learn([examples[place] for place in order[start : start + BATCH]])
            step()

    def _learn(self, batch: Sequence[Example]) -> None:
        loss = self._loss(self._numbers(batch), batch)
        self._optimiser.zero_grad()
        loss.backward()
        self._torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self._optimiser.step()

    def _numbers(self, batch: Sequence[Example]) -> Any:
        ids, mask = self._encode.padded([self._encode(example.text)[0] for example in batch])
        to_torch = self._torch.from_numpy
        return self.model(input_ids=to_torch(ids).to(self._device), attention_mask=to_torch(mask).to(self._device)).logits

    def _loss(self, numbers: Any, batch: Sequence[Example]) -> Any:
        """The heads' losses added up, binary where labels may hold beside others; heads that a text does not teach count nothing."""
        functional = self._torch.nn.functional
        targets = self._torch.from_numpy(np.stack([example.targets for example in batch])).to(self._device)
        taught = self._torch.from_numpy(np.stack([example.taught for example in batch])).to(self._device).float()
        total = numbers.sum() * 0
        for part in self._slices:
            of_head, wanted, weight = numbers[:, part.start : part.end], targets[:, part.start : part.end], taught[:, part.start]
            if part.head.choice == "any":
                losses = functional.binary_cross_entropy_with_logits(of_head, wanted, reduction="none").sum(dim=1)
            else:
                losses = functional.cross_entropy(of_head, wanted.argmax(dim=1), reduction="none")
            total = total + (losses * weight).sum() / weight.sum().clamp(min=1)
        return total

    def scores(self, examples: Sequence[Example]) -> Floats:
        """The model's numbers for some texts."""
        self.model.eval()
        with self._torch.inference_mode():
            parts = [self._numbers(examples[start : start + BATCH]).cpu().numpy() for start in range(0, len(examples), BATCH)]
        return np.concatenate(parts) if parts else np.zeros((0, self._slices[-1].end), dtype=np.float32)

    def chosen(self, examples: list[Example]) -> dict[str, dict[str, float]]:
        """Thresholds, factors and cuts by the texts that are kept for it."""
        return decisions(self._slices, examples, self.scores(examples))

    def save(self, folder: Path) -> None:
        """Write what was learned."""
        save_model(folder, self.model, self._tokenizer, self._encode)


def write_manifest(folder: Path, base: Manifest, parts: Sequence[Decides]) -> Manifest:
    """The manifest of a model that was made from ``base``, whose licence it keeps."""
    update = {
        "name": f"{base.name}-langnghe",
        "source": ".",
        "revision": None,
        "runtime": "onnx",
        "file": "model.onnx",
        "decides": list(parts),
    }
    manifest = base.model_copy(update=update)
    text = yaml.safe_dump(manifest.model_dump(exclude_none=True), allow_unicode=True, sort_keys=False)
    (folder / FILE_NAME).write_text(text, encoding="utf-8")
    return manifest


def fine_tune(
    files: Path,
    base: Manifest,
    rows: Sequence[Labelled],
    heads: Sequence[Head],
    folder: Path,
    epochs: int = 4,
    step: Callable[[], None] = lambda: None,
) -> Manifest:
    """Teach the model in ``files`` all heads, and write it to ``folder`` as ONNX with its manifest.

    Without epochs a model that decides something already is only exported.

    Raises:
        Unavailable: torch is not installed.
        ConfigurationError: no text is left to teach with.
    """
    if epochs == 0 and base.decides:
        export(files, base, folder)
        return write_manifest(folder, base, base.decides)
    teach, kept = teaching_examples(rows, heads, base)
    if not teach:
        raise ConfigurationError("no labelled text is left to teach with", "Give more texts with --data.")
    teacher = Teacher(files, base, heads)
    teacher.teach(teach, epochs, step)
    chosen = teacher.chosen(kept)
    teacher.save(folder)
    return write_manifest(folder, base, decides(heads, chosen))
