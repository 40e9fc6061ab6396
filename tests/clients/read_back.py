"""Reads back what stepback hands out, by programs that share no code with it.

    python3 read_back.py FOLDER

The folder holds plans as data (NAME.json) with NAME.ics, NAME.csv, NAME-grid.csv, NAME-fit/ and NAME.intervals.json beside
them. Each file is held against its plan: every session there, once, with its steps and targets. Nothing is printed but
what is wrong, and at the end a line that counts.
"""

import csv
import datetime
import json
import pathlib
import re
import sys

import fitdecode
import icalendar
import jsonschema
from garmin_fit_sdk import Decoder, Stream

WRONG = []
SEEN = {"plans": 0, "events": 0, "rows": 0, "workouts": 0, "uploads": 0}


def expect(true, *words):
    if not true:
        WRONG.append(" ".join(str(word) for word in words))


def sessions(plan):
    for week in plan["weeks"]:
        for day in week["days"]:
            for session in day["sessions"]:
                yield week, day, session


def seen(text):
    """What a reader sees of a text, however its spaces and its unseen signs are kept."""
    return re.sub(r"\s+", " ", "".join(c for c in text if c.isprintable() or c.isspace())).strip()


# What a reader of another language sees for the units that plans as data are written in.
UNITS = {"ar": {"km": "كم", "mi": "ميل", "min": "د", "s": "ث", "h": "س", "m": "م"}}


def titled(session, plan):
    """The title of a session as its reader sees it."""
    words = UNITS.get(plan["language"], {})
    return seen(re.sub(r"(?<=\d )(km|mi|min|s|h|m)\b", lambda unit: words.get(unit[0], unit[0]), session["title"]))


# ---- the calendar ----


def calendar(path, plan):
    data = path.read_bytes()
    expect(data.endswith(b"\r\n") and b"\n" not in data.replace(b"\r\n", b""), path, "has lines that end otherwise")
    for line in data.split(b"\r\n"):
        expect(len(line) <= 75, path, "has a line of", len(line), "octets")
        line.decode("utf-8")
    read = icalendar.Calendar.from_ical(data)
    expect(not read.errors, path, read.errors)
    events = list(read.walk("VEVENT"))
    SEEN["events"] += len(events)
    uids = [str(event["UID"]) for event in events]
    expect(len(set(uids)) == len(uids), path, "has a UID twice")
    for event in events:
        expect(not event.errors, path, event.errors)
        start, end = event.decoded("DTSTART"), event.decoded("DTEND")
        expect(end > start, path, "has an event without an end", event["UID"])
        expect("DTSTAMP" in event and "SEQUENCE" in event, path, "lacks a stamp")
    wanted = sorted((day["date"], titled(session, plan)) for _, day, session in sessions(plan))
    weeks = sorted(week["start"] for week in plan["weeks"] if week["reset"] or week["kind"] == "reset")
    got, got_weeks = [], []
    for event in events:
        start, end = event.decoded("DTSTART"), event.decoded("DTEND")
        if not isinstance(start, datetime.datetime) and (end - start).days == 7:
            got_weeks.append(start.isoformat())
            continue
        day = start.date() if isinstance(start, datetime.datetime) else start
        got.append((day.isoformat(), seen(str(event["SUMMARY"]))))
    expect(sorted(got_weeks) == weeks, path, "has other weeks of reset", got_weeks, weeks)
    expect([day for day, _ in sorted(got)] == [day for day, _ in wanted], path, "has other days than the plan")
    for a, b in zip(sorted(got), wanted):
        expect(a == b or not b[1], path, "says", a, "for", b)
    alarms = [event for event in events if event.walk("VALARM")]
    races = [session for _, _, session in sessions(plan) if session["kind"] == "race"]
    expect(len(alarms) == len(races), path, "has", len(alarms), "alarms for", len(races), "races")
    for event in alarms:
        start = event.decoded("DTSTART")
        start = start if isinstance(start, datetime.datetime) else datetime.datetime.combine(start, datetime.time())
        rings = start + event.walk("VALARM")[0].decoded("TRIGGER")
        expect(rings.date() == start.date() - datetime.timedelta(days=1) and rings.hour == 19, path, "rings at", rings)
    return set(uids)


# ---- the tables ----


def tables(path, grid, plan):
    for file in [path, grid]:
        with file.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.reader(lines))
        expect(len({len(row) for row in rows}) == 1, file, "has rows of several lengths")
        for cell in (cell for row in rows for cell in row):
            expect(not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")), file, "has a formula:", cell)
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    SEEN["rows"] += len(rows)
    wanted = list(sessions(plan))
    expect(len(rows) == len(wanted), path, "has", len(rows), "rows for", len(wanted), "sessions")
    one = {"km": 1000, "mi": 1609.344}[plan["units"]]
    for row, (week, day, session) in zip(rows, wanted):
        expect(datetime.date.fromisoformat(row["date"]).isoformat() == day["date"], path, row["date"], "for", day["date"])
        expect((row["kind"], int(row["week"])) == (session["kind"], week["number"]), path, row["kind"], row["week"])
        distance = float(row[f"distance_{plan['units']}"] or 0) * one
        expect(abs(distance - session["distance_m"]) <= 1, path, distance, "m for", session["distance_m"])
        expect(seen(row["title"]).removeprefix("'") == titled(session, plan), path, row["title"], "for", session["title"])
    with grid.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    expect([int(row["week"]) for row in rows] == [week["number"] for week in plan["weeks"]], grid, "has other weeks")


# ---- the watch ----


def is_structured(session):
    steps = session["steps"]
    return len(steps) > 1 or any(step["do"] == "repeat" for step in steps)


def whole(steps):
    """Seconds by time and metres by distance that steps ask for, repeats counted."""
    time = distance = 0
    for step in steps:
        if step["do"] == "repeat":
            inner = whole(step["steps"])
            time, distance = time + step["times"] * inner[0], distance + step["times"] * inner[1]
        elif step.get("by") == "distance" and step["distance_m"] > 0:
            distance += step["distance_m"]
        else:
            time += step["duration_s"]
    return time, distance


def paces(steps):
    for step in steps:
        if step["do"] == "repeat":
            yield from paces(step["steps"])
        elif step["pace_s_per_km"]:
            yield step["pace_s_per_km"]


def told(steps):
    """The same of a workout as the watch would run it: a repeat goes back to its first step."""
    time = distance = 0.0
    at, done = 0, {}
    while at < len(steps):
        step = steps[at]
        if step["duration_type"] == "repeat_until_steps_cmplt":
            done[at] = done.get(at, 1) + 1
            if done[at] <= step["target_value"]:
                at = step["duration_value"]
                continue
            del done[at]
        elif step["duration_type"] == "time":
            time += step["duration_value"] / 1000
        elif step["duration_type"] == "distance":
            distance += step["duration_value"] / 100
        at += 1
    return time, distance


def workout(path, session):
    decoder = Decoder(Stream.from_file(str(path)))
    expect(decoder.is_fit() and decoder.check_integrity(), path, "is not whole")
    messages, errors = Decoder(Stream.from_file(str(path))).read()
    expect(not errors, path, errors)
    expect(messages["file_id_mesgs"][0]["type"] == "workout", path, "is no workout")
    head, steps = messages["workout_mesgs"][0], messages["workout_step_mesgs"]
    expect(head["sport"] == "running" and head["num_valid_steps"] == len(steps), path, head)
    expect((head["sub_sport"] == "treadmill") == session["indoors"], path, head["sub_sport"], "indoors", session["indoors"])
    expect(head["wkt_name"] and len(head["wkt_name"].encode()) < 32, path, "has the name", head["wkt_name"])
    expect([step["message_index"] for step in steps] == list(range(len(steps))), path, "numbers its steps otherwise")
    wanted, got = whole(session["steps"]), told(steps)
    expect(abs(wanted[0] - got[0]) <= 1 and abs(wanted[1] - got[1]) <= 1, path, "asks for", got, "where the plan has", wanted)
    has_repeat = any(step["do"] == "repeat" and step["times"] > 1 for step in session["steps"])
    repeats = [step for step in steps if step["duration_type"] == "repeat_until_steps_cmplt"]
    expect(bool(repeats) == has_repeat, path, "has", len(repeats), "repeats")
    wanted = sorted({tuple(round(1e6 / pace) for pace in reversed(range_)) for range_ in paces(session["steps"])})
    got = {(s["custom_target_value_low"], s["custom_target_value_high"]) for s in steps if s["target_type"] == "speed"}
    for low, high in wanted:
        expect(any(a <= low + 1 and high - 1 <= b and b - a < 0.25 * b for a, b in got), path, "lacks the pace", (low, high), got)
    expect(bool(wanted) == bool(got), path, "has other targets", wanted, got)
    with fitdecode.FitReader(str(path), check_crc=fitdecode.CrcCheck.RAISE, error_handling=fitdecode.ErrorHandling.RAISE) as reader:
        frames = [frame for frame in reader if isinstance(frame, fitdecode.FitDataMessage)]
    expect(sum(frame.name == "workout_step" for frame in frames) == len(steps), path, "reads otherwise in fitdecode")
    SEEN["workouts"] += 1
    file_id = messages["file_id_mesgs"][0]
    return (file_id["serial_number"], file_id["time_created"])


def watch(folder, plan):
    files = sorted(folder.glob("*.fit")) if folder.exists() else []
    wanted = [(day["date"], session) for _, day, session in sessions(plan) if is_structured(session)]
    dates = sorted(path.name[:10] for path in files)
    for date, session in wanted:
        expect(date in dates, folder, "has no workout for", date, session["title"])
    known = [workout(path, one_of(path, wanted)) for path in files if one_of(path, wanted)]
    expect(len(set(known)) == len(known), folder, "has two workouts that a watch takes for one")


def one_of(path, wanted):
    """The session of a file: the n-th of its day and name."""
    found = [session for date, session in wanted if date == path.name[:10]]
    return found[0] if len(found) == 1 else None


# ---- Intervals.icu ----

EVENTS = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["external_id", "category", "start_date_local", "name", "description"],
        "properties": {
            "external_id": {"type": "string", "minLength": 8},
            "category": {"enum": ["WORKOUT", "NOTE", "RACE_A", "RACE_B", "RACE_C"]},
            "start_date_local": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:00$"},
            "end_date_local": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT00:00:00$"},
            "type": {"enum": ["Run", "WeightTraining", "Workout"]},
            "name": {"type": "string", "minLength": 1, "pattern": r"^[^\n\r]*$"},
            "description": {"type": "string"},
            "moving_time": {"type": "integer", "minimum": 1},
            "distance": {"type": "number", "exclusiveMinimum": 0},
            "indoor": {"type": "boolean"},
        },
        "additionalProperties": False,
    },
}

STEP = re.compile(r"^- [^\d]*?(\d+h)?(\d+m)?(\d+s)?(\d+(\.\d+)?(km|mi|mtr))?( \d+:\d\d(-\d+:\d\d)?/(km|mi) Pace)?$")


def upload(path, plan):
    events = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.validate(events, EVENTS)
    ids = [event["external_id"] for event in events]
    expect(len(set(ids)) == len(ids), path, "has an id twice")
    planned = [event for event in events if event["category"] != "NOTE"]
    wanted = [(day["date"], session) for _, day, session in sessions(plan) if session["kind"] != "rest"]
    expect(len(planned) == len(wanted), path, "has", len(planned), "events for", len(wanted), "sessions")
    SEEN["uploads"] += len(events)
    for event, (date, session) in zip(planned, wanted):
        expect(event["start_date_local"][:10] == date, path, event["start_date_local"], "for", date)
        lines = event["description"].split("\n")
        for line in lines:
            expect(not line.startswith("-") or STEP.match(line), path, "has a step that is none:", line)
        for at, line in enumerate(lines):
            if re.fullmatch(r"\d+x", line):
                expect(at == 0 or lines[at - 1] == "", path, "has a repeat without an empty line before it")
        if any(step["do"] == "repeat" for step in session["steps"]):
            expect(any(re.fullmatch(r"\d+x", line) for line in lines), path, "lacks repeats on", date)


def main(folder):
    uids = set()
    for path in sorted(pathlib.Path(folder).glob("*.json")):
        if path.name.endswith(".intervals.json"):
            continue
        plan = json.loads(path.read_text(encoding="utf-8"))
        SEEN["plans"] += 1
        beside = lambda ending: path.with_name(path.stem + ending)
        own = calendar(beside(".ics"), plan)
        expect(not own & uids, path, "shares UIDs with another plan")
        uids |= own
        tables(beside(".csv"), beside("-grid.csv"), plan)
        watch(beside("-fit"), plan)
        upload(beside(".intervals.json"), plan)
    expect(SEEN["plans"] > 0 and SEEN["workouts"] > 0, "there is nothing to read in", folder)
    for line in WRONG[:60]:
        print(line)
    print(", ".join(f"{count} {what}" for what, count in SEEN.items()), "read back;", len(WRONG), "wrong")
    return 1 if WRONG else 0


sys.exit(main(sys.argv[1]))
