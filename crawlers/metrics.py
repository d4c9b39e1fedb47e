"""The sources' health as Prometheus metrics, which ``langnghe endpoints`` serves."""

from collections.abc import Callable, Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from crawlers.health import SourceHealth, State, read_health
from crawlers.health_rules import load_health_rules
from langnghe.actor import SYSTEM
from langnghe.installation import Installation


def _seconds(name: str) -> Callable[[SourceHealth], float | None]:
    def value(health: SourceHealth) -> float | None:
        moment = getattr(health, name)
        return moment.timestamp() if moment else None

    return value


GAUGES: tuple[tuple[str, str, Callable[[SourceHealth], float | None]], ...] = (
    ("last_success_timestamp_seconds", "When the source last answered with a page.", _seconds("last_success")),
    ("last_stored_timestamp_seconds", "When a document was last stored.", _seconds("last_stored")),
    ("blocked_since_timestamp_seconds", "Since when the source refuses the crawler.", _seconds("blocked_since")),
    ("rhythm_seconds", "Gap between new pages that nine in ten do not exceed.", lambda h: h.rhythm.total_seconds() if h.rhythm else None),
    ("empty_ratio", "Share of pages without a text.", lambda h: h.empty_rate),
    ("short_ratio", "Share of pages of which only the lead was stored.", lambda h: h.short_rate),
    ("agreement_ratio", "Median agreement of selectors and generic extraction.", lambda h: h.agreement),
    ("missed_ratio", "Share of pages that people brought because the crawl had missed them.", lambda h: h.missed_share),
    ("quarantined_urls", "Addresses that failed too often.", lambda h: float(h.quarantined)),
    ("due_urls", "Addresses that could be visited now.", lambda h: float(h.due)),
)


class SourceCollector(Collector):
    """Reads the record when it is asked."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing: the record is not read when the collector is registered."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """One gauge for each sign, and one that is 1 for the state that a source is in."""
        rules = load_health_rules(self.installation.settings.config_dir)
        with self.installation.record.reading() as session:
            found = read_health(session, SYSTEM, rules, self.installation.clock.now())
        states = GaugeMetricFamily("langnghe_source_state", "1 for the state that the source is in.", labels=["source", "state"])
        for health in found:
            for state in State:
                states.add_metric([health.source, state], float(state is health.state))
        yield states
        for name, text, value in GAUGES:
            gauge = GaugeMetricFamily(f"langnghe_source_{name}", text, labels=["source"])
            for health in found:
                if (number := value(health)) is not None:
                    gauge.add_metric([health.source], number)
            yield gauge
