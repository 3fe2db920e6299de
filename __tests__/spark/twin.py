"""Answers questions of twins.integration.test.ts with what the Spark job's modules say, in JSON lines."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import sys

from beatflow_spark import chain, faults, paths
from beatflow_spark.avro_file import AvroFileBuilder
from beatflow_spark.contract import load_contract
from beatflow_spark.dead_letters import encode_dead_letter
from beatflow_spark.inspector import HEADER_BYTES, Dead, JsonInspector, MessageInspector
from beatflow_spark.log import Log

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


def lake_file(question: dict) -> dict:
    """A file of messages of the topic's current schema."""
    schema = CONTRACT.topics[question["topic"]].current.lake_schema
    builder = AvroFileBuilder(schema, question["codec"], question["partition"])
    for offset, value in enumerate(question["values"]):
        builder.append(base64.b64decode(value), HEADER_BYTES, offset, question["now"] + offset)
    content, _ = builder.finish()
    return {"content": base64.b64encode(content).decode()}


def said(_: dict) -> dict:
    """Lines of the log, one of each severity, and the exit codes."""
    written = io.StringIO()
    with contextlib.redirect_stdout(written):
        log = Log("p")
        for severity in (log.info, log.warning, log.error, log.critical):
            severity("m", n=1)
    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    return {"lines": lines, "unexpected": faults.EXIT_UNEXPECTED, "setup": faults.EXIT_SETUP}


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
    "file": lake_file,
    "inspect": inspect,
    "letter": letter,
    "paths": files,
    "said": said,
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
