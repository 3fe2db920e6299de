"""Answers questions of twins.integration.test.ts with what the Spark job's modules say, in JSON lines."""

from __future__ import annotations

import base64
import json
import sys

from beatflow_spark import chain, paths
from beatflow_spark.contract import load_contract
from beatflow_spark.dead_letters import encode_dead_letter
from beatflow_spark.inspector import Dead, JsonInspector, MessageInspector

CONTRACT = load_contract()


def inspect(question: dict) -> dict:
    """What becomes of messages, one after the other."""
    made = JsonInspector if question["json"] else MessageInspector
    inspector = made(CONTRACT.topics[question["topic"]], lambda: question["now"])
    return {"findings": [finding(inspector, value) for value in question["values"]]}


def finding(inspector: JsonInspector | MessageInspector, value: str | None) -> list:
    found = inspector.inspect(None if value is None else base64.b64decode(value))
    if isinstance(found, Dead):
        return [found.error]
    return [found.event_time, found.writer.fingerprint, found.datum[found.start :].hex()]


def letter(question: dict) -> dict:
    """A line of a dead-letter file."""
    key, value = (None if text is None else base64.b64decode(text) for text in (question["key"], question["value"]))
    line = encode_dead_letter(tuple(question["place"]), tuple(question["fault"]), key, value)
    return {"letter": json.loads(line)}


def files(question: dict) -> dict:
    """Every kind of path."""
    log, topic, partition, start = (question[name] for name in ("log", "topic", "partition", "start"))
    run, hour, fingerprint = question["run"], question["hour"], question["fingerprint"]
    return {
        "log": paths.log_name(log, 2),
        "commit": paths.commit_path(log, topic, partition, start),
        "data": paths.data_file_path(topic, partition, start, hour=hour, fingerprint=fingerprint, run=run),
        "dead": paths.dead_letters_path(topic, partition, start, run),
        "live": paths.live_snapshot_path(run),
        "hour": [paths.format_hour(paths.hour_of(instant)) for instant in question["instants"]],
    }


ANSWERS = {
    "inspect": inspect,
    "letter": letter,
    "paths": files,
    "record": lambda question: {"text": chain.encode_record(question["record"]).decode()},
    "schemas": lambda _: {
        name: {
            print_: json.dumps(writer.lake_schema, separators=(",", ":")) for print_, writer in topic.writers.items()
        }
        for name, topic in CONTRACT.topics.items()
    },
}

for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps(ANSWERS[asked["ask"]](asked)))
