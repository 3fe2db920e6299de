#!/bin/bash
# fetch-secret.sh PROJECT SECRET TARGET: brings the newest value of a secret into a file that only root can read.
set -euo pipefail
# shellcheck source=constructs/boot/google.sh
. "$(dirname "$0")/google.sh"
project=$1 secret=$2 target=$3

umask 077
mkdir -p "$(dirname "$target")"
read_secret "$project" "$secret" >"$target.part" ||
  die "the secret $secret has no value that this machine may read yet; it is tried again"
mv "$target.part" "$target"
