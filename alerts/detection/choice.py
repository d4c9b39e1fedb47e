"""The detector that ``config/alerts.yaml`` names."""

from alerts.detection.bayes import TwoStates
from alerts.detection.ewma import Ewma
from alerts.detection.interface import Detector


def make_detector(name: str) -> Detector:
    """The detector called ``name``: bayes or ewma."""
    return Ewma() if name == "ewma" else TwoStates()
