#!/bin/bash
# docker-login.sh REGISTRY: lets docker pull from the private mirror as the machine's own account.
set -euo pipefail
# shellcheck source=constructs/boot/google.sh
. "$(dirname "$0")/google.sh"
token | docker login --username oauth2accesstoken --password-stdin "https://$1" >/dev/null ||
  die "docker could not log in to $1: may this machine's account read the repository?"
