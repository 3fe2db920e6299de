"""The API of BigQuery, judged: takes requests, asks the rules, and hands on to the emulator or refuses."""

from __future__ import annotations

import contextlib
import json
import re
import threading
import time
import traceback
import urllib.parse
from collections.abc import Callable
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from sqlglot import exp

from .emulator import Emulator
from .ledger import Entry, Ledger, asker_of
from .limits import PARTITIONS_A_TABLE, Limits
from .loads import partitions_changed, spelled_load, target_of
from .metadata_server import metadata
from .refusal import Refusal
from .rules import Judgement, judge_column_types, judge_query
from .spellings import spelled
from .statements import Place
from .tables import Tables

# https://cloud.google.com/bigquery/quotas#query_jobs and #api_request_quotas
LONGEST_REQUEST_BYTES = 10 * 1024 * 1024
JOB_ID = re.compile(r"^[A-Za-z0-9_-]{1,1024}$")
PATH = re.compile(r"^/bigquery/v2/projects/(?P<project>[^/]+)/(?P<rest>.*)$")
NOT_HANDED_ON = {"connection", "transfer-encoding", "content-length", "host", "accept-encoding", "keep-alive", "content-encoding"}

Answer = tuple[int, dict]


class Judge:
    """The rules with what they know of an emulator. `lake` is the folder that holds the buckets."""

    def __init__(self, emulator: Emulator, lake: str, today: Callable | None = None):
        self.emulator = emulator
        self.tables = Tables(emulator)
        self.ledger = Ledger()
        self.limits = Limits(today or (lambda: datetime.now(timezone.utc).date()))
        self._lake = lake
        self._lock = threading.Lock()
        self._taken: set[tuple[str, str]] = set()
        self._failed: dict[str, dict] = {}
        self._locations: dict[str, str] = {}
        self._load_locks: dict[str, threading.Lock] = {}

    # --- jobs -----------------------------------------------------------------------------------------------------------

    def insert(self, project: str, body: dict, user_agent: str) -> Answer:
        """https://cloud.google.com/bigquery/docs/reference/rest/v2/jobs/insert."""
        configuration = body.get("configuration", {})
        reference = body.get("jobReference", {})
        job_id, location = reference.get("jobId", ""), reference.get("location")
        if job_id and not JOB_ID.match(job_id):
            raise Refusal("invalid", f"Invalid job ID {job_id!r}: letters, digits, underscores and dashes, at most 1,024")
        if not configuration.get("dryRun"):
            self._take(project, job_id, location)
        try:
            if "load" in configuration:
                return self._load(project, body, location)
            if "query" in configuration:
                asked = configuration["query"]
                return self._query(project, body, asked, location, configuration, user_agent, job_id)
            return self.emulator.json("POST", f"/bigquery/v2/projects/{project}/jobs", body)
        except Refusal as refusal:
            if refusal.told == "request":
                raise
            resource = _failed_job(project, body, refusal)
            self._failed[job_id] = resource
            return 200, resource

    def query(self, project: str, body: dict, user_agent: str) -> Answer:
        """https://cloud.google.com/bigquery/docs/reference/rest/v2/jobs/query: what fails is told in the answer."""
        return self._query(project, body, body, body.get("location"), body, user_agent, "")

    def failed(self, job_id: str) -> dict | None:
        """A job that was refused while it ran."""
        return self._failed.get(job_id)

    def _take(self, project: str, job_id: str, location: str | None) -> None:
        key = (job_id, location or "")
        with self._lock:
            if job_id and key in self._taken:
                raise Refusal("duplicate", f"Already Exists: Job {project}:{location or 'US'}.{job_id}")
            self._taken.add(key)

    def _query(self, project: str, body: dict, asked: dict, location: str | None, options: dict, user_agent: str, job_id: str) -> Answer:
        sql = asked.get("query", "")
        place = Place(project, (asked.get("defaultDataset") or {}).get("datasetId", ""))
        entry = Entry(asker_of(sql, options.get("labels"), job_id, user_agent), [], bool(options.get("dryRun")), sql=sql)
        try:
            judged = judge_query(sql, place, self.tables)
            entry.kinds = [s.kind for s in judged.statements]
            entry.billed, entry.unpruned = judged.billed, judged.unpruned
            self._in_location(project, judged, location)
            limit = int(asked.get("maximumBytesBilled") or 0)
            if limit and sum(judged.billed.values()) > limit:
                total = sum(judged.billed.values())
                raise Refusal("bytesBilledLimitExceeded", f"Query exceeded limit for bytes billed: {limit}. {total} or higher required.", "job")
            self._column_types(project, judged)
            if destination := asked.get("destinationTable"):
                name = ".".join(destination[key] for key in ("projectId", "datasetId", "tableId"))
                entry.jobs_into.append(name)
                self.limits.job_into(name, 1 if self.tables.get(name).partitioning else None)
            return self._run(project, body, asked, judged, place, "jobs" if asked is not body else "queries", entry.dry_run)
        except Refusal as refusal:
            entry.refusal = refusal.message
            raise
        finally:
            self.ledger.add(entry)

    def _run(self, project: str, body: dict, asked: dict, judged: Judgement, place: Place, method: str, dry_run: bool) -> Answer:
        asked["query"] = spelled(asked["query"], [s.tree for s in judged.statements])
        with contextlib.ExitStack() as outstanding:
            if not dry_run:
                mutated = {s.target for s in judged.statements if s.kind in ("UPDATE", "DELETE", "MERGE") and s.target}
                if any(s.kind == "TRANSACTION" for s in judged.statements):
                    outstanding.enter_context(self.limits.transaction(mutated))
                for statement in judged.statements:
                    if statement.is_dml and statement.target:
                        outstanding.enter_context(self.limits.dml(statement.target, statement.kind))
            status, answer = self.emulator.json("POST", f"/bigquery/v2/projects/{project}/{method}", body)
            if method == "jobs" and status == 200:
                answer = self._ended(project, answer)
        if not dry_run:
            for statement in judged.statements:
                self.tables.note_statement(statement, place)
        return status, answer

    def _ended(self, project: str, resource: dict) -> dict:
        """The job once it is done: what is outstanding is counted until then."""
        reference = resource.get("jobReference", {})
        while resource.get("status", {}).get("state") not in (None, "DONE"):
            time.sleep(0.02)
            query = urllib.parse.urlencode({"location": reference.get("location", "")})
            _, resource = self.emulator.json("GET", f"/bigquery/v2/projects/{project}/jobs/{reference['jobId']}?{query}")
        return resource

    def _column_types(self, project: str, judged: Judgement) -> None:
        for statement in judged.statements:
            if statement.kind != "CREATE_TABLE_AS_SELECT" or not isinstance(statement.tree.this, exp.Schema):
                continue
            query = statement.tree.expression.unnest()
            dry = {"query": spelled(query.sql("bigquery"), [query]), "useLegacySql": False, "dryRun": True}
            status, answer = self.emulator.json("POST", f"/bigquery/v2/projects/{project}/queries", dry)
            if status == 200:
                judge_column_types(statement, answer.get("schema", {}).get("fields", []))

    # --- loads ----------------------------------------------------------------------------------------------------------

    def _load(self, project: str, body: dict, location: str | None) -> Answer:
        load = body["configuration"]["load"]
        reference = load["destinationTable"]
        name = f"{reference['projectId']}.{reference['datasetId']}.{reference['tableId'].split('$')[0]}"
        entry = Entry(asker_of("", None, body.get("jobReference", {}).get("jobId", ""), ""), ["LOAD"], jobs_into=[name])
        try:
            self._dataset_in(reference["projectId"], reference["datasetId"], location)
            resource = self.emulator.table(name)
            target = target_of(load, resource)
            partitions = partitions_changed(load, target, resource or {}, self._lake)
            with self._lock:
                lock = self._load_locks.setdefault(name, threading.Lock())
            self.limits.job_into(name, partitions)
            with lock:
                self._count_partitions(target, partitions, resource or {})
                # BigQuery replaces a partition at once. The emulator empties it and appends.
                if target.partition and load.get("writeDisposition") == "WRITE_TRUNCATE":
                    column = (resource or {})["timePartitioning"]["field"]
                    low, high = (f"timestamp_micros({bound})" for bound in target.partition)
                    self.emulator.rows(project, f"delete from `{name}` where {column} >= {low} and {column} < {high}")
                body["configuration"]["load"] = spelled_load(load, target, self._lake)
                status, answer = self.emulator.json("POST", f"/bigquery/v2/projects/{project}/jobs", body)
                return status, self._ended(project, answer) if status == 200 else answer
        except Refusal as refusal:
            entry.refusal = refusal.message
            raise
        finally:
            self.tables.note_change(name)
            self.ledger.add(entry)

    def _count_partitions(self, target, partitions: int | None, resource: dict) -> None:
        """https://cloud.google.com/bigquery/quotas#partitioned_tables."""
        if partitions is None:
            return
        parts = resource["timePartitioning"]
        trunc = f"timestamp_trunc({parts['field']}, {parts['type']})"
        rows = self.emulator.rows(target.table.split(".")[0], f"select count(distinct {trunc}) from `{target.table}`")
        if int(rows[0][0]) + partitions > PARTITIONS_A_TABLE + 1:
            raise Refusal("quotaExceeded", f"Too many partitions: {target.table} may have {PARTITIONS_A_TABLE}", "job")

    # --- places ---------------------------------------------------------------------------------------------------------

    def _in_location(self, project: str, judged: Judgement, location: str | None) -> None:
        names = {read.table for s in judged.statements for read in s.reads} | {s.target for s in judged.statements if s.target}
        for dataset_project, dataset in {tuple(name.split(".")[:2]) for name in names}:
            if dataset and "INFORMATION_SCHEMA" not in dataset.upper():
                self._dataset_in(dataset_project, dataset, location)

    def _dataset_in(self, project: str, dataset: str, location: str | None) -> None:
        """https://cloud.google.com/bigquery/docs/locations#specify_locations: a job runs where its datasets are."""
        key = f"{project}:{dataset}"
        if key not in self._locations:
            status, resource = self.emulator.json("GET", f"/bigquery/v2/projects/{project}/datasets/{dataset}")
            if status != 200:
                raise Refusal("notFound", f"Not found: Dataset {key} was not found in location {location or 'US'}")
            self._locations[key] = resource.get("location", "US")
        if location and self._locations[key].lower() != location.lower():
            raise Refusal("notFound", f"Not found: Dataset {key} was not found in location {location}")

    def counted(self, resource: dict) -> dict:
        """A table as the API describes it, with the rows that it has. Results of queries (`_…`) do not change."""
        reference = resource.get("tableReference")
        if reference and "numRows" in resource and not reference["datasetId"].startswith("_"):
            name = ".".join(reference[key] for key in ("projectId", "datasetId", "tableId"))
            resource["numRows"] = str(self.tables.contents(name).rows)
        return resource


def _failed_job(project: str, body: dict, refusal: Refusal) -> dict:
    reference = body.get("jobReference", {})
    return {
        "kind": "bigquery#job",
        "id": f"{project}:{reference.get('location', 'US')}.{reference.get('jobId')}",
        "jobReference": {"projectId": project, **reference},
        "configuration": body.get("configuration", {}),
        "status": {"state": "DONE", "errorResult": refusal.error, "errors": [refusal.error]},
        "statistics": {"creationTime": str(round(time.time() * 1000))},
    }


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    judge: Judge
    project: str

    def log_message(self, *_):
        pass

    def _answer(self, status: int, content: bytes, kind: str = "application/json; charset=UTF-8", headers=()) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def _json(self, status: int, content: dict) -> None:
        self._answer(status, json.dumps(content).encode())

    def _any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = urllib.parse.urlsplit(self.path).path
        if path.startswith("/_judge/"):
            return self._control(path, body)
        if said := metadata(path, self.project):
            return self._answer(200, said[1], said[0], [("Metadata-Flavor", "Google")])
        try:
            if len(body) > LONGEST_REQUEST_BYTES:
                raise Refusal("invalid", f"Request payload size exceeds the limit: {LONGEST_REQUEST_BYTES} bytes.")
            status, content = self._route(path, body)
        except Refusal as refusal:
            status, content = refusal.status, json.dumps(refusal.body).encode()
        except Exception as error:  # a fault of the judge: told at once, and not as something that passes
            traceback.print_exc()
            refusal = Refusal("invalid", f"the judge itself failed: {type(error).__name__}: {error}")
            status, content = refusal.status, json.dumps(refusal.body).encode()
        self._answer(status, content)

    def _route(self, path: str, body: bytes) -> tuple[int, bytes]:
        found = PATH.match(path)
        project, rest = (found["project"], found["rest"]) if found else ("", "")
        agent = f"{self.headers.get('User-Agent', '')} {self.headers.get('x-goog-api-client', '')}"
        if self.command == "POST" and rest in ("jobs", "queries"):
            request = json.loads(body or b"{}")
            take = self.judge.insert if rest == "jobs" else self.judge.query
            status, answer = take(project, request, agent)
            return status, json.dumps(answer).encode()
        if self.command == "GET" and (job := re.match(r"^(jobs|queries)/([^/]+)$", rest)) and (failed := self.judge.failed(job[2])):
            if job[1] == "jobs":
                return 200, json.dumps(failed).encode()
            error = failed["status"]["errorResult"]
            raise Refusal(error["reason"], error["message"])
        headers = {name: value for name, value in self.headers.items() if name.lower() not in NOT_HANDED_ON}
        status, _, content = self.judge.emulator.send(self.command, self.path, body, headers)
        if status == 200 and self.command in ("POST", "PUT", "PATCH") and re.match(r"^datasets/[^/]+/tables(/[^/]+)?$", rest):
            self.judge.tables.note_resource({**json.loads(content), **json.loads(body)})
        if status == 200 and self.command == "GET" and re.match(r"^datasets/[^/]+/tables/[^/]+$", rest):
            content = json.dumps(self.judge.counted(json.loads(content))).encode()
        return status, content

    def _control(self, path: str, body: bytes) -> None:
        """For the test: `step` begins a step of the ledger, `report` tells what was seen in each."""
        if path == "/_judge/step":
            self.judge.ledger.begin(json.loads(body)["name"])
        elif path != "/_judge/report":
            return self._json(404, {"error": f"no such path: {path}"})
        self._json(200, self.judge.ledger.report())

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _any


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def serve(judge: Judge, project: str, port: int = 0) -> Server:
    """A server on loopback; its address says the port where none was given."""
    handler = type("JudgeHandler", (Handler,), {"judge": judge, "project": project})
    return Server(("127.0.0.1", port), handler)
