"""`make simulate [DAYS=2000] [RULE=1 [HOURS=09:00-13:00]] [SEED=1]`: exits 1 when a law was broken.

A broken law names its story; `python tests/simulation --story '<seed>' --kind <kind> --announced
<share>` lives it again, alone.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from tests.schedule.laptop_days import Kind
from tests.simulation.run import WORKING_DAYS, Result, live, results
from tests.simulation.story import Story


def main() -> int:
    """Simulate lives and print the results."""
    options = _options()
    if options.story:
        story = Story(
            kind=options.kind,
            seed=options.story,
            working_days=WORKING_DAYS,
            announced=options.announced,
        )
        found = [live(story)]
    else:
        found = list(
            _printing_faults(
                results(options.days, options.seed, rule=options.rule, hours=options.hours)
            )
        )
    faults = [fault for result in found for fault in result.faults]
    for share in sorted({result.announced for result in found}):
        print(_line(share, [result for result in found if result.announced == share]))
    print(f"{len(faults)} broken laws")
    return 1 if faults else 0


def _printing_faults(found: Iterable[Result]) -> Iterator[Result]:
    for result in found:
        for fault in result.faults:
            print(f"BROKEN: {fault}", flush=True)
        yield result


def _line(share: float, found: list[Result]) -> str:
    days, two = sum(r.days for r in found), sum(r.exactly_two for r in found)
    lived, seconds = sum(r.lived for r in found), sum(r.seconds for r in found)
    cuts = sum(r.cuts for r in found)
    return (
        f"ends announced {share:.0%}: {lived} working days lived, {cuts} power cuts; two logs on"
        f" {100 * two / max(days, 1):.2f} % of {days} days with an hour awake;"
        f" {lived / seconds:,.0f} days per second and core"
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Lives of laptops, and the laws of the agent.")
    parser.add_argument("--days", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rule", action="store_true")
    parser.add_argument("--hours", default="", help="working hours of the rule: 09:00-13:00")
    parser.add_argument("--story", default="")
    parser.add_argument("--kind", type=Kind, default=Kind.OFFICE)
    parser.add_argument("--announced", type=float, default=0.9)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
