import numpy as np
import pytest

from alerts.counts_file import CountsFile
from alerts.detection.bayes import TwoStates
from alerts.drives_file import read_drives
from alerts.panel import NATIONAL, UNPLACED
from alerts.rules import load_rules
from alerts.simulation.counts_csv import CountsWriter, write_drives
from alerts.simulation.measure import measure, thresholds_for
from alerts.simulation.own_budget import kept
from alerts.simulation.peers import PEERS
from alerts.simulation.runs import own, peer, run
from alerts.simulation.worlds import make_world
from langnghe.places import load_places


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


def test_a_world_as_a_file_is_read_as_the_same_world(world, tmp_path):
    places = load_places()
    CountsWriter(places).write(world.panel, tmp_path / "w.csv.gz")
    read = CountsFile(tmp_path / "w.csv.gz", places).read()
    began = (read.first - world.panel.first).days
    for name in ("total", "neg_stories", "complaint_stories"):
        assert np.array_equal(read.counts[name], world.panel.counts[name][began : began + len(read)])


def test_a_world_names_provinces_of_its_day_and_old_names_linger(world, tmp_path):
    CountsWriter(load_places()).write(world.panel, tmp_path / "w.csv")
    with (tmp_path / "w.csv").open(encoding="utf-8") as file:
        rows = [(line.split(",")[0], line.split(",")[1]) for line in file][1:]
    before, after = ({name for day, name in rows if (day < "2025-07-01") is early} for early in (True, False))
    assert "Bình Thuận" in before
    assert not [name for name in before if name.endswith("(cũ)")]
    assert "Bình Thuận" not in after
    assert len([name for name in after if name.endswith("(cũ)")]) > 20


def test_drives_of_the_calendar_are_read_back(world, tmp_path):
    places = load_places()
    write_drives(world.campaigns, world.panel, places, tmp_path / "d.json")
    known = [one for one in world.campaigns if one.known]
    assert 0 < len(known) < len(world.campaigns)
    assert [drive.start for drive in read_drives(tmp_path / "d.json", places)] == [world.panel.days[one.start] for one in known]


def test_the_detector_keeps_its_budget_without_knowing_the_concerns(world):
    [of] = run([own("bayes", TwoStates())], [world]).values()
    result = kept(of[0], load_rules().detection.shipped, 5.0)
    assert 0.7 < result.false <= result.calm < 1.3
    assert result.share > 0.8
