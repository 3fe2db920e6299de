#!/bin/bash
# fetch-artifact.sh BUCKET OBJECT SHA256 TARGET: brings one object here and refuses it unless it is what was planned.
set -euo pipefail
# shellcheck source=constructs/boot/google.sh
. "$(dirname "$0")/google.sh"
bucket=$1 object=$2 expected=$3 target=$4

matches() {
  [ -f "$1" ] && [ "$(sha256sum "$1" | cut -d ' ' -f 1)" = "$expected" ]
}

if matches "$target"; then
  say "$object is here already"
  exit 0
fi
mkdir -p "$(dirname "$target")"
with_token --fail --output "$target.part" "$storage/storage/v1/b/$bucket/o/${object//\//%2F}?alt=media" ||
  die "gs://$bucket/$object could not be fetched: is it uploaded, and may this machine's account read the bucket?"
if ! matches "$target.part"; then
  rm -f "$target.part"
  die "gs://$bucket/$object is not what the plan names: its SHA-256 differs from $expected"
fi
mv "$target.part" "$target"
say "fetched $object"
