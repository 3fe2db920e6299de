"""Google's APIs over plain HTTPS, with the identity of the machine: a cluster then needs nothing installed."""

from __future__ import annotations

import http.client
import json
import os
import random
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

#: Longest that one request may take, seconds; a lake file has a few MiB.
_REQUEST_TIMEOUT = 60
#: Minutes of trouble are sat out, seconds.
_RETRY_DEADLINE = 300
_FIRST_PAUSE = 0.25
_LONGEST_PAUSE = 10
_TRANSIENT = {401, 408, 429, 500, 502, 503, 504}


class Damaged(Exception):
    """A download that is not what was stored."""


class _Identity:
    """The access token of the machine's account."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._token = ""
        self._good_until = 0.0

    def token(self) -> str:
        with self._lock:
            if time.monotonic() >= self._good_until:
                host = os.environ.get("GCE_METADATA_HOST", "metadata.google.internal")
                request = urllib.request.Request(
                    f"http://{host}/computeMetadata/v1/instance/service-accounts/default/token",
                    headers={"Metadata-Flavor": "Google"},
                )
                with urllib.request.urlopen(request, timeout=10) as response:
                    answer = json.load(response)
                self._token = answer["access_token"]
                self._good_until = time.monotonic() + max(0, answer["expires_in"] - 60)
            return self._token

    def forget(self) -> None:
        with self._lock:
            self._good_until = 0.0


_identity = _Identity()


def _pause_wanted(error: Exception) -> float:
    after = error.headers.get("retry-after") if isinstance(error, urllib.error.HTTPError) else None
    try:
        return float(after or 0)
    except ValueError:
        return 0


def request(
    method: str,
    url: str,
    *,
    body: bytes | None = None,
    headers: dict[str, str] | None = None,
    anonymous: bool = False,
    check: Callable[[Any, bytes], None] = lambda _headers, _content: None,
) -> tuple[int, Any, bytes]:
    """
    Status, headers and body of an answer. Every request must be one that can be repeated without harm: it is, while
    its failures are transient, for minutes; `check` may find an answer damaged. Answers 404 and 412 are returned,
    others raise.
    """
    deadline = time.monotonic() + _RETRY_DEADLINE
    bound = _FIRST_PAUSE
    while True:
        try:
            authorization = {} if anonymous else {"authorization": f"Bearer {_identity.token()}"}
            asked = urllib.request.Request(url, data=body, method=method, headers={**authorization, **(headers or {})})
            with urllib.request.urlopen(asked, timeout=_REQUEST_TIMEOUT) as response:
                content = response.read()
                check(response.headers, content)
                return response.status, response.headers, content
        except urllib.error.HTTPError as error:
            if error.code in (404, 412):
                return error.code, error.headers, b""
            if error.code == 401:
                _identity.forget()
            if error.code not in _TRANSIENT:
                raise
            failure: Exception = error
        except (OSError, http.client.HTTPException, Damaged) as error:
            failure = error
        pause = max(random.random() * bound, _pause_wanted(failure))
        if time.monotonic() + pause > deadline:
            raise failure
        time.sleep(pause)
        bound = min(bound * 2, _LONGEST_PAUSE)
