"""How what the linear models and the networks over words say of a label becomes one log odds."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from nlp.linear import Floats, load_arrays, pack, unpack

FILE = "mixing.npz"


class Mixing(NamedTuple):
    """What the networks over words add to the scores of the linear models, which are calibrated already."""

    labels: list[str]
    """Each with its head's name."""
    matrix: Floats
    """From the networks' scores (labels) to what they add (labels)."""
    offset: Floats

    def added(self, said: Floats) -> Floats:
        """What is added to the linear models' scores where the networks say ``said``; labels over the last axis."""
        added: Floats = said @ self.matrix + self.offset
        return added


def save_mixing(path: Path, mixing: Mixing) -> None:
    """Write it as ``path``."""
    np.savez_compressed(path, labels=pack(mixing.labels), matrix=mixing.matrix, offset=mixing.offset)


def load_mixing(path: Path) -> Mixing:
    """Read what :func:`save_mixing` wrote.

    Raises:
        ConfigurationError: the file is missing or damaged.
    """
    arrays = load_arrays(path, *Mixing._fields)
    return Mixing(unpack(arrays["labels"]), arrays["matrix"], arrays["offset"])
