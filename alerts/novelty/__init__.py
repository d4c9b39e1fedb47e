"""What is new inside a normal volume: storylines that were not there before, how fast they travel, and rumours."""

from alerts.novelty.finding import Emerging, Step, emerging
from alerts.novelty.rules import NoveltyRules, load_novelty_rules

__all__ = ["Emerging", "NoveltyRules", "Step", "emerging", "load_novelty_rules"]
