"""Ridge regression's equations are solved alike at once and in halves."""

import numpy as np
import pytest

from nlp.ridge import solve


@pytest.mark.parametrize("largest", [200, 100, 30])
def test_the_solution_is_the_same_however_many_rows_are_factored_at_once(largest):
    of_chance = np.random.default_rng(1)
    features = of_chance.normal(size=(121, 60)).astype(np.float32)
    kernel = features @ features.T / 60 + np.eye(121, dtype=np.float32)
    wanted = of_chance.normal(size=(121, 4)).astype(np.float32)
    assert np.allclose(kernel @ solve(kernel.copy(), wanted, largest), wanted, atol=1e-4)
