"""The detector that ``config/alerts.yaml`` names, and the threshold that keeps false alarms within the budget."""

import numpy as np

from alerts.detection.bayes import TwoStates
from alerts.detection.ewma import Ewma
from alerts.detection.interface import Detector

BUDGETS = np.array([0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0])
"""False alarms a day, for the whole country."""
THRESHOLDS = {
    "ewma": np.array([6.6, 6.0, 5.4, 4.8, 4.0, 3.5, 3.0]),
    "bayes": np.array([4.5, 3.6, 2.8, 2.0, 0.9, 0.1, -0.8]),
}
"""Score above which concern-free worlds give each budget; made by ``python -m alerts.simulation thresholds``."""


def make_detector(name: str) -> Detector:
    """The detector called ``name``: bayes or ewma."""
    return Ewma() if name == "ewma" else TwoStates()


def threshold(name: str, budget: float) -> float:
    """The score from which a detector alarms, for ``budget`` false alarms a day in the whole country."""
    return float(np.interp(np.log(budget), np.log(BUDGETS), THRESHOLDS[name]))
