"""Runs dbt's BigQuery target, whole and unchanged, against ReferenceWarehouse instead of the cloud.

Only the client library is replaced: what dbt would send to BigQuery goes to a Java process that checks it with Google's
analyzer and runs it on Google's reference engine. Reads a plan from standard input: {"java": [command], "steps":
[{"tables": {name: {"columns", "rows"}}} or {"dbt": [arguments]}]}; prints {"runs": [...], "tables": {...}}.
"""

import json
import subprocess
import sys
import threading
import uuid
from types import SimpleNamespace

import google.api_core.exceptions
from dbt.adapters.bigquery import connections
from dbt.cli.main import dbtRunner
from google.cloud.bigquery import SchemaField, Table
from google.cloud.bigquery.table import TableListItem, TableReference

LEGACY_TYPES = {"INT64": "INTEGER", "FLOAT64": "FLOAT", "BOOL": "BOOLEAN"}


class Warehouse:
    """The Java process: one JSON object there, one back."""

    def __init__(self, command):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self.lock = threading.Lock()

    def ask(self, request):
        with self.lock:
            self.process.stdin.write(json.dumps(request) + "\n")
            self.process.stdin.flush()
            return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=30)


class Job(SimpleNamespace):
    """What dbt reads of a finished query job."""

    def result(self, **_):
        return self.rows


class Rows(list):
    """Rows by column name, with their schema."""


class Client:
    """The few methods of google.cloud.bigquery.Client that dbt calls."""

    def __init__(self, warehouse, project):
        self.warehouse = warehouse
        self.project = project

    def query(self, query, job_id=None, **_):
        answer = self.warehouse.ask({"sql": query})
        if "error" in answer:
            message = f"{answer['error']}\n{query}"
            raise google.api_core.exceptions.BadRequest(message, errors=[{"message": message, "reason": "invalidQuery"}])
        rows = Rows()
        fields = [(name, LEGACY_TYPES.get(kind, kind)) for name, kind in answer.get("columns", [])]
        rows.schema = [SchemaField(name, kind) for name, kind in fields]
        rows.extend({name: value for (name, _), value in zip(fields, row)} for row in answer.get("rows", []))
        return Job(
            rows=rows,
            job_id=job_id or str(uuid.uuid4()),
            location="EU",
            project=self.project,
            statement_type="SCRIPT",
            destination=None,
            total_bytes_processed=0,
            total_bytes_billed=0,
            slot_millis=0,
        )

    def list_tables(self, dataset, **_):
        prefix = f"{self.project}.{dataset.dataset_id}."
        there = self.warehouse.ask({"names": True})
        for name in there["names"]:
            if name.startswith(prefix):
                project, dataset_id, table_id = name.split(".")
                reference = {"projectId": project, "datasetId": dataset_id, "tableId": table_id}
                kind = "VIEW" if name in there["views"] else "TABLE"
                yield TableListItem({"tableReference": reference, "type": kind})

    def get_table(self, reference):
        name = f"{reference.project}.{reference.dataset_id}.{reference.table_id}"
        if name not in self.warehouse.ask({"names": True})["names"]:
            raise google.api_core.exceptions.NotFound(name)
        columns = self.warehouse.ask({"sql": f"select * from `{name}` where false"})["columns"]
        schema = [SchemaField(column, LEGACY_TYPES.get(kind, kind)) for column, kind in columns]
        return Table(TableReference.from_string(name), schema=schema)

    def get_dataset(self, reference):
        return SimpleNamespace(access_entries=[], reference=reference)

    def list_datasets(self, *_, **__):
        return []

    def create_dataset(self, dataset, **_):
        return dataset

    def update_table(self, table, _):
        return table

    def delete_table(self, reference, **_):
        name = f"{reference.project}.{reference.dataset_id}.{reference.table_id}"
        self.warehouse.ask({"sql": f"drop table if exists `{name}`"})

    def close(self):
        pass


def run_dbt(runner, arguments):
    outcome = runner.invoke(arguments)
    if outcome.exception is not None:
        return {"exception": str(outcome.exception), "results": []}
    results = [
        {"id": result.node.unique_id, "status": str(result.status), "message": result.message}
        for result in outcome.result
    ]
    return {"exception": None, "results": results}


def main():
    plan = json.load(sys.stdin)
    answer_to = sys.stdout
    sys.stdout = sys.stderr
    warehouse = Warehouse(plan["java"])
    connections.create_bigquery_client = lambda credentials: Client(warehouse, credentials.execution_project)
    runner, runs = dbtRunner(), []
    for step in plan["steps"]:
        for name, table in step.get("tables", {}).items():
            answer = warehouse.ask({"table": name, **table})
            if "error" in answer:
                raise RuntimeError(answer["error"])
        if "dbt" in step:
            runs.append(run_dbt(runner, step["dbt"]))
    tables = {}
    for name in warehouse.ask({"names": True})["names"]:
        answer = warehouse.ask({"sql": f"select * from `{name}`"})
        tables[name] = {"columns": answer["columns"], "rows": answer["rows"]}
    warehouse.close()
    json.dump({"runs": runs, "tables": tables}, answer_to)


# dbt imports every module whose name begins with dbt_; this one's must not.
if __name__ == "__main__":
    main()
