"""A machine's metadata server, so that Google's libraries find credentials as on a machine of Google's; the token is none."""

from __future__ import annotations

import json

SCOPES = ["https://www.googleapis.com/auth/cloud-platform"]


def metadata(path: str, project: str) -> tuple[str, bytes] | None:
    """Content type and content of a path of the metadata server; none where it is no such path."""
    if path != "/" and not path.startswith("/computeMetadata/"):
        return None
    email = f"tests@{project}.iam.gserviceaccount.com"
    account = {"aliases": ["default"], "email": email, "scopes": SCOPES}
    ends = {
        "/token": {"access_token": "none", "expires_in": 3600, "token_type": "Bearer"},
        "/default/": account,
        "/default": account,
        "/service-accounts/": {"default": account},
        "/project-id": project,
        "/email": email,
        "/universe_domain": "googleapis.com",
        "/universe-domain": "googleapis.com",
    }
    found = next((said for end, said in ends.items() if path.endswith(end)), "")
    if isinstance(found, str):
        return "text/plain", found.encode()
    return "application/json", json.dumps(found).encode()
