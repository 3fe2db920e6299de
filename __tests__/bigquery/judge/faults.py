"""Answers that a test has asked for: errors of Google's side, and answers that get lost."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass


@dataclass
class Fault:
    """
    What goes wrong with requests whose method, path and body a pattern finds. `answer` is `unavailable`, `internal`, `rate limit`, `forbidden`,
    `lost` (the work is done, its answer is not sent), `nothing` (the connection closes before) or `failed job` (a job that ends
    with backendError).
    """

    pattern: str
    answer: str
    #: So many such requests go wrong.
    times: int = 1
    #: So many go well before.
    after: int = 0


ANSWERS = {
    "unavailable": (503, "backendError", "Visibility check was unavailable. Please retry the request"),
    "internal": (500, "internalError", "An internal error occurred and the request could not be completed"),
    "rate limit": (403, "rateLimitExceeded", "Exceeded rate limits: too many api requests per user per method for this user_method"),
    "forbidden": (403, "accessDenied", "Access Denied: User does not have permission"),
}


class Faults:
    def __init__(self):
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        self.told: list[str] = []

    def add(self, faults: list[dict]) -> None:
        with self._lock:
            self._faults += [Fault(**fault) for fault in faults]

    def take(self, request: str) -> str | None:
        """The answer that goes to this request (`POST /path body`), if it is one's turn."""
        with self._lock:
            for fault in self._faults:
                if not re.search(fault.pattern, request):
                    continue
                if fault.after > 0:
                    fault.after -= 1
                    continue
                if fault.times > 0:
                    fault.times -= 1
                    self.told.append(f"{fault.answer}: {request[:200]}")
                    return fault.answer
        return None
