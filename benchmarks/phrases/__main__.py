"""``python -m benchmarks.phrases``: the phrases of each judged concern, and the share of them that tell something."""

from benchmarks.phrases.judging import judge, judged_concerns, share


def main() -> None:
    """Print a table."""
    print("| concern | part | telling | phrases (those that tell nothing in brackets) |\n|---|---|---|---|")
    found = [judge(concern) for concern in judged_concerns()]
    for one in found:
        shown = ", ".join(phrase if tells else f"[{phrase}]" for phrase, tells in one.shown)
        print(f"| {one.name} | {one.part} | {one.telling} of {len(one.shown)} | {shown} |")
    for part in ("dev", "held"):
        print(f"{part}: {share([one for one in found if one.part == part]):.2f}")


if __name__ == "__main__":
    main()
