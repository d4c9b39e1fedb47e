"""What a soak found, as tables."""

from dataclasses import asdict

from benchmarks.soak.soak import Soaked


def as_markdown(done: Soaked) -> str:
    """The faults, and the ledger after all of them."""
    ledger = done.ledger
    head = ["| fault | struck | survived |", "| --- | ---: | ---: |"]
    rows = [f"| {name} | {count} | {done.survived[name]} |" for name, count in sorted(done.struck.items())]
    total = f"| **all** | {sum(done.struck.values())} | {sum(done.survived.values())} |"
    account = ["", "| of the ledger | number |", "| --- | ---: |"]
    account += [f"| {name.replace('_', ' ')} | {count:,} |" for name, count in asdict(ledger).items()]
    return "\n".join([*head, *rows, total, *account, ""])
