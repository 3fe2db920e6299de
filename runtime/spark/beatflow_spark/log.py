"""A program's log: JSON lines on standard output with what Cloud Logging reads, as the other programs write them."""

from __future__ import annotations

import json
import sys
import threading
import time
from typing import Any

from .paths import iso_instant


class Log:
    """Writes whole lines, from any thread."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._lock = threading.Lock()

    def _write(self, severity: str, message: str, fields: dict[str, Any]) -> None:
        line = {
            "severity": severity,
            "time": iso_instant(int(time.time() * 1000)),
            "program": self._program,
            **fields,
            "message": message,
        }
        with self._lock:
            sys.stdout.write(f"{json.dumps(line, separators=(',', ':'), ensure_ascii=False)}\n")
            sys.stdout.flush()

    def info(self, message: str, **fields: Any) -> None:
        """What a person may like to know."""
        self._write("INFO", message, fields)

    def warning(self, message: str, **fields: Any) -> None:
        """What mends itself and should not be frequent."""
        self._write("WARNING", message, fields)

    def error(self, message: str, **fields: Any) -> None:
        """What a person should look at."""
        self._write("ERROR", message, fields)

    def critical(self, message: str, **fields: Any) -> None:
        """Why the program ends."""
        self._write("CRITICAL", message, fields)
