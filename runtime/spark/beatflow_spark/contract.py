"""The event contract, from the file that `npm run generate` derives from it."""

from __future__ import annotations

import json
import pkgutil
from dataclasses import dataclass
from functools import cache
from typing import Any


@dataclass(frozen=True)
class Writer:
    """A schema that messages arrive in, and the schema of the lake files that hold them."""

    fingerprint: str
    schema: dict[str, Any]
    lake_schema: dict[str, Any]


@dataclass(frozen=True)
class TopicContract:
    """What messages of one topic may be written with."""

    #: By fingerprint, in the order in which the contract had them.
    writers: dict[str, Writer]
    #: What JSON messages become.
    current: Writer


@dataclass(frozen=True)
class Contract:
    """All topics, the lake's own folders, and what log lines are called that alerts are built on."""

    topics: dict[str, TopicContract]
    folders: dict[str, str]
    signals: dict[str, str]


@cache
def load_contract() -> Contract:
    """The contract that this package was made with."""
    content = pkgutil.get_data(__package__, "contract.json")
    if content is None:
        raise FileNotFoundError("beatflow_spark/contract.json: run npm run generate")
    parsed = json.loads(content)
    topics = {}
    for name, topic in parsed["topics"].items():
        writers = {
            fingerprint: Writer(fingerprint, schema, {**schema, "fields": [*schema["fields"], *parsed["coordinates"]]})
            for fingerprint, schema in topic["schemas"].items()
        }
        topics[name] = TopicContract(writers, writers[topic["current"]])
    return Contract(topics, parsed["folders"], parsed["signals"])
