"""A refusal, in the two shapes in which BigQuery tells one."""

from __future__ import annotations

from typing import Literal

# https://cloud.google.com/bigquery/docs/error-messages
HTTP_STATUS = {
    "accessDenied": 403,
    "backendError": 503,
    "bytesBilledLimitExceeded": 400,
    "duplicate": 409,
    "internalError": 500,
    "invalid": 400,
    "invalidQuery": 400,
    "notFound": 404,
    "quotaExceeded": 403,
    "rateLimitExceeded": 403,
    "responseTooLarge": 403,
}


class Refusal(Exception):
    """What BigQuery refuses, and when: at the request, or as a job that ends with an error."""

    def __init__(self, reason: str, message: str, told: Literal["request", "job"] = "request"):
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.told = told

    @property
    def status(self) -> int:
        return HTTP_STATUS[self.reason]

    @property
    def error(self) -> dict:
        return {"reason": self.reason, "message": self.message, "location": "query"}

    @property
    def body(self) -> dict:
        """The body of an HTTP answer: https://cloud.google.com/bigquery/docs/error-messages."""
        errors = [{**self.error, "domain": "global"}]
        return {"error": {"code": self.status, "message": self.message, "errors": errors}}
