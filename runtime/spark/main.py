"""`spark-submit main.py [--drain] [NAME=value …]`: the variables are read from the arguments, then the environment."""

from __future__ import annotations

import os
import signal
import sys
import threading

from beatflow_spark.config import read_config
from beatflow_spark.contract import load_contract
from beatflow_spark.faults import EXIT_SETUP, EXIT_UNEXPECTED, SetupError
from beatflow_spark.job import Job
from beatflow_spark.log import Log


def main(arguments: list[str]) -> int:
    """Runs the job and says how it ended."""
    log = Log("spark")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    assigned = dict(argument.split("=", 1) for argument in arguments if "=" in argument)
    try:
        contract = load_contract()
        config = read_config({**os.environ, **assigned}, contract)
        job = Job(config, contract, log)
        try:
            job.run(stop, drain="--drain" in arguments)
        finally:
            job.close()
        return 0
    except SetupError as error:
        log.critical(str(error), code=error.code)
        sys.stderr.write(f"spark: {error}\n")
        return EXIT_SETUP
    except Exception as error:  # noqa: BLE001 - the last resort: say it and let the cluster start anew
        log.critical(str(error), kind=type(error).__name__)
        return EXIT_UNEXPECTED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
