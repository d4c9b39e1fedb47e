import numpy as np
import pytest

from alerts.detection.bayes import TwoStates
from alerts.panel import NATIONAL, UNPLACED
from alerts.simulation.measure import measure, thresholds_for
from alerts.simulation.peers import PEERS
from alerts.simulation.runs import own, peer, run
from alerts.simulation.worlds import make_world


@pytest.fixture(scope="module")
def world():
    return make_world(7, days=420, concerns=40)


def test_a_seed_gives_the_same_world_again(world):
    again = make_world(7, days=420, concerns=40)
    assert again.concerns == world.concerns
    assert all(np.array_equal(again.panel.counts[name], grid) for name, grid in world.panel.counts.items())


def test_the_calm_world_differs_only_by_the_concerns(world):
    added = world.panel.counts["neg_stories"] - world.calm.counts["neg_stories"]
    assert (added >= 0).all()
    inside = np.zeros(added.shape, dtype=bool)
    for concern in world.concerns:
        inside[concern.onset : concern.end + 1, concern.units, concern.topic] = True
    inside[:, world.panel.unit_index[NATIONAL]] = True
    inside[:, world.panel.unit_index[UNPLACED]] = True
    # The machine gives some of their stories to a neighbouring topic or another province.
    assert 0 < added[~inside].sum() < 0.4 * added[inside].sum()


@pytest.mark.parametrize("which", ["panel", "calm"])
def test_parts_never_exceed_their_totals(world, which):
    counts = getattr(world, which).counts
    for part, total in (("negative", "total"), ("stories", "total"), ("neg_stories", "negative"), ("complaint_stories", "neg_stories")):
        assert (counts[part] <= counts[total]).all(), (part, total)


def test_worlds_differ_widely():
    levels = [make_world(seed, days=150, concerns=0).calm.counts["neg_stories"].mean() for seed in range(12)]
    assert max(levels) > 10 * min(levels)


def test_a_threshold_keeps_its_budget_and_the_filter_finds_more_than_ears(world):
    runs = run([own("bayes", TwoStates()), peer("C2", PEERS["EARS C2"])], [world])
    found = {}
    for name, of in runs.items():
        result = measure(of, thresholds_for(of, 1.0))
        assert result.false_a_day == pytest.approx(1.0, abs=0.15)
        found[name] = result.share()
    assert found["bayes"] > found["C2"] + 0.1


def test_the_future_is_not_used_by_any_peer(world):
    series = world.panel.counts["neg_stories"]
    for name in ("EARS C1", "EARS C2", "EARS C3"):
        assert np.allclose(PEERS[name](series[:200]), PEERS[name](series)[:200])
