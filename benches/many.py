"""How time and memory grow with clients and with weeks, for a release build.

    cargo build --release
    python3 benches/many.py [target/release/stepback]

Each line is a process of its own: the fastest of some runs, and the most memory it ever held. An empty process
(`--version`) stands beside it, so that the ratio can be compared from one machine to the next.
"""

import json
import os
import subprocess
import sys
import tempfile
import time

STEPBACK = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else "target/release/stepback")
HOME = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def run(args, times, stdin=None):
    """The fastest time in seconds, and the most memory in MB."""
    best, most = None, 0
    for _ in range(times):
        with open(stdin or os.devnull, "rb") as source, open(os.devnull, "wb") as nowhere:
            begun = time.perf_counter()
            child = subprocess.Popen([STEPBACK, *args], stdin=source, stdout=nowhere, stderr=nowhere)
            _, status, usage = os.wait4(child.pid, 0)
            took = time.perf_counter() - begun
        assert status == 0, (args, status)
        best = took if best is None else min(best, took)
        most = max(most, usage.ru_maxrss / 1024)
    return best, most


def request(number, weeks=None):
    """A runner like others, and like no other."""
    asked = {
        "runner": {"name": f"Runner {number}", "weekly": f"{25 + number % 40} km", "age": 20 + number % 45},
        "place": {"climate": ["dubai", "london", "singapore", "boston"][number % 4]},
        "week": {"days": [["tue", "thu", "sat", "sun"], ["mon", "wed", "fri", "sun"]][number % 2]},
        "plan": {"start": "2026-11-16"},
    }
    if weeks:
        asked["plan"]["weeks"] = weeks
    else:
        asked["race"] = [{"race": ["10k", "half-marathon"][number % 2], "date": "2027-04-04"}]
    return json.dumps(asked)


def lines(folder, name, requests):
    path = os.path.join(folder, name)
    with open(path, "w") as out:
        out.writelines(line + "\n" for line in requests)
    return path


with tempfile.TemporaryDirectory() as folder:
    empty, _ = run(["--version"], 50)
    whole, memory = run(["plan", os.path.join(HOME, "plans/mountain-50k/request.toml"), "-o", folder], 50)
    print(f"an empty process          {empty * 1000:8.1f} ms")
    print(f"request to md and html    {whole * 1000:8.1f} ms  {whole / empty:5.1f} times an empty one, {memory:.0f} MB")
    first = None
    for clients in [1, 10, 100, 1_000, 10_000]:
        asked = lines(folder, "asked.ndjson", (request(number) for number in range(clients)))
        took, memory = run(["plan", "-"], 5 if clients < 1000 else 1, asked)
        first = first or took
        each = (took - first) / max(clients - 1, 1) * 1000
        print(f"{clients:6} clients to JSON    {took:8.3f} s   {each:.2f} ms each after the first, {memory:.0f} MB")
    for weeks in [13, 26, 52, 104]:
        asked = lines(folder, "asked.ndjson", (request(number, weeks) for number in range(100)))
        took, _ = run(["plan", "-"], 3, asked)
        print(f"100 seasons of {weeks:3} weeks  {took:8.3f} s")
