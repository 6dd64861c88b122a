"""What planning with forecasts costs more than knowing all before.

Usage: python3 bench/schedule/regret.py GREENCHAIN FOLDER [INSTANCE…], after `cargo build --release`.
"""

import json
import subprocess
import sys

NAMES = ["day-tou", "day-depot", "day-negative", "week-depot", "week-quarter"]


def main():
    binary, folder, *names = sys.argv[1:]
    print("| instance | window | knowing all before | perfect forecast | persistence |")
    print("|---|---|---|---|---|")
    for name in names or NAMES:
        path = f"{folder}/{name}.json"
        with open(path) as text:
            step_h = json.load(text)["step_h"]
        for days in (1, 2):
            cells = []
            for forecast in ("perfect", "persistence"):
                window = ["--rolling", str(round(24 * days / step_h)), "--forecast", forecast]
                command = [binary, "energy", "schedule", path, *window, "--json"]
                found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
                best, regret = found["perfect_foresight"], found["regret"]
                cells.append(f"{regret:,.2f} ({100 * regret / abs(best):.2f} %)")
            print(f"| {name} | {days} d | {best:,.2f} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
