"""The driver: a Structured Streaming query whose micro-batches become commit records."""

from __future__ import annotations

import json
import os
import secrets
import socket
import tempfile
import threading
from functools import partial

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sql
from pyspark.sql.streaming import StreamingQuery

from .committer import Committer, Place
from .config import Config
from .contract import Contract
from .kafka_log import KafkaAdmin
from .log import Log
from .partition import Surroundings
from .paths import log_name
from .security import kafka_settings
from .segment import WrittenSegment
from .store import open_store
from .upkeep import Work, keep_up, lags_by_topic
from .writing import WritingPlan, now_ms, write_partition

_TOPICS_POLL_SECONDS = 2
_STOP_POLL_SECONDS = 0.5


def make_session(config: Config) -> SparkSession:
    """A session as the cluster has it; on one machine, one of its own."""
    builder = (
        SparkSession.builder.appName("beatflow-spark")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.ui.showConsoleProgress", "false")
        # Passwords are in the options of the source.
        .config("spark.redaction.regex", "(?i)secret|password|token|jaas|access[.]?key")
        .config("spark.sql.redaction.options.regex", "(?i)url|jaas|password|certificates")
    )
    if config.master is not None:
        builder = (
            builder.master(config.master)
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.ui.enabled", "false")
        )
    if config.jars is not None:
        jars = [os.path.join(config.jars, name) for name in sorted(os.listdir(config.jars))]
        builder = builder.config("spark.jars", ",".join(jars))
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session


def _coordinates(frame: DataFrame) -> DataFrame:
    return frame.select("topic", "partition", "offset", sql.unix_millis("timestamp").alias("timestamp"), "key", "value")


def _from(positions: dict[Place, int]) -> str:
    """A condition for the records from given positions on."""
    return " or ".join(
        f"(topic = '{topic}' and partition = {partition} and offset >= {position})"
        for (topic, partition), position in positions.items()
    )


class Job:
    """Everything that one run of the job holds."""

    def __init__(self, config: Config, contract: Contract, log: Log) -> None:
        self._config = config
        self._contract = contract
        self._log = log
        self._session = make_session(config)
        self._settings = kafka_settings(config)
        self._admin = KafkaAdmin(self._session._jvm, self._settings)
        self._instance = f"{socket.gethostname()}-{os.getpid()}-spark-{secrets.token_hex(3)}"
        self._store = open_store(config.lake)
        surroundings = Surroundings(self._store, self._admin, self._instance, now_ms, log)
        name = log_name(self._admin.cluster_id(), config.log_generation)
        self._committer = Committer(name, surroundings)
        self._work = Work()
        self._failure: BaseException | None = None

    def run(self, stop: threading.Event, *, drain: bool) -> None:
        """Works until it is told to stop or fails; with `drain` until Kafka's present ends."""
        self._await_topics(stop)
        if stop.is_set():
            return
        hints = self._hints()
        self._committer.open(self._places(), hints)
        stop_upkeep = keep_up(
            work=self._work,
            lags=lambda: lags_by_topic(self._admin, self._committer.positions),
            store=self._store,
            instance=self._instance,
            interval_seconds=self._config.commit_interval_seconds,
            signal=self._contract.signals["consumerWork"],
            log=self._log,
        )
        # The chain is the truth: Spark's own notes serve this run and are thrown away after it.
        with tempfile.TemporaryDirectory(prefix="beatflow-spark-") as notes:
            query = self._start(f"file://{notes}", drain=drain)
            self._log.info("started", instance=self._instance)
            try:
                while not stop.is_set() and not query.awaitTermination(_STOP_POLL_SECONDS):
                    pass
            except Exception:
                # What went wrong in the batch says more than what Spark makes of it.
                raise self._failure or query.exception() or RuntimeError("the query ended") from None
            finally:
                query.stop()
                stop_upkeep()

    def close(self) -> None:
        """Ends the session."""
        self._admin.close()
        self._session.stop()

    def _await_topics(self, stop: threading.Event) -> None:
        told = False
        while not stop.is_set():
            missing = self._contract.topics.keys() - self._admin.partitions(list(self._contract.topics)).keys()
            if not missing:
                return
            if not told:
                told = True
                self._log.warning(
                    "waiting for topics that do not exist yet; create them, nothing is lost", topics=sorted(missing)
                )
            stop.wait(_TOPICS_POLL_SECONDS)

    def _places(self) -> list[Place]:
        partitions = self._admin.partitions(list(self._contract.topics))
        return [(topic, partition) for topic, count in partitions.items() for partition in range(count)]

    def _hints(self) -> dict[Place, str]:
        try:
            return self._admin.committed(self._config.group)
        except Exception as error:  # noqa: BLE001 - hints only spare a listing
            self._log.warning("Kafka's offsets were not read; the chains are listed whole", reason=str(error))
            return {}

    def _start(self, notes: str, *, drain: bool) -> StreamingQuery:
        starting: dict[str, dict[str, int]] = {}
        for (topic, partition), position in self._committer.positions.items():
            starting.setdefault(topic, {})[str(partition)] = position
        reader = self._session.readStream.format("kafka").options(**self._source_options())
        stream = (
            reader.option("subscribe", ",".join(starting))
            .option("startingOffsets", json.dumps(starting))
            .option("maxOffsetsPerTrigger", self._config.batch_records)
            .load()
        )
        writer = _coordinates(stream).writeStream.foreachBatch(self._process).option("checkpointLocation", notes)
        trigger = (
            {"availableNow": True} if drain else {"processingTime": f"{self._config.commit_interval_seconds} seconds"}
        )
        return writer.trigger(**trigger).start()

    def _source_options(self) -> dict[str, str]:
        # Records that Kafka deleted are found by their offsets and recorded as a hole.
        return {f"kafka.{name}": value for name, value in self._settings.items()} | {
            "failOnDataLoss": "false",
            # Its own made-up names are not among the groups that a broker with rights lets it read with.
            "kafka.group.id": self._config.group,
        }

    def _process(self, batch: DataFrame, _batch_id: int) -> None:
        try:
            self._work.batch_begun()
            # Spark finds new partitions by itself, and reads them from their beginning.
            self._committer.open(self._places())
            records = self._committer.process(partial(self._write, batch), self._write_range)
            self._work.batch_ended(records)
            self._tell_kafka()
        except BaseException as error:
            self._failure = error
            raise

    def _write(self, frame: DataFrame, positions: dict[Place, int]) -> list[WrittenSegment]:
        config = self._config
        plan = WritingPlan(
            lake=config.lake,
            codec=config.codec,
            json_topics=config.json_topics,
            buffer_bytes=config.buffer_bytes,
            max_open_hours=config.max_open_hours,
            positions=positions,
        )
        return frame.where(_from(positions)).rdd.mapPartitions(partial(write_partition, plan)).collect()

    def _write_range(self, place: Place, offsets: range) -> list[WrittenSegment]:
        topic, partition = place
        frame = (
            self._session.read.format("kafka")
            .options(**self._source_options())
            .option("assign", json.dumps({topic: [partition]}))
            .option("startingOffsets", json.dumps({topic: {str(partition): offsets.start}}))
            .option("endingOffsets", json.dumps({topic: {str(partition): offsets.stop}}))
            .load()
        )
        return self._write(_coordinates(frame), {place: offsets.start})

    def _tell_kafka(self) -> None:
        try:
            self._admin.commit(self._config.group, self._committer.committed)
        except Exception as error:  # noqa: BLE001 - only lag tools and hints read it
            reason = str(error).strip().splitlines()[-1]
            self._log.warning("Kafka did not take the offsets; the lake has them", reason=reason)
