#!/bin/bash
# mount-disk.sh DEVICE FOLDER: mounts a persistent disk, which is formatted the first time and never again.
set -euo pipefail
# shellcheck source=constructs/boot/google.sh
. "$(dirname "$0")/google.sh"
device=$1 folder=$2

mkdir -p "$folder"
if mountpoint --quiet "$folder"; then exit 0; fi
[ -e "$device" ] || die "the disk $device is not attached"
# Says nothing and fails on a disk without a file system; any answer means that there is data.
if ! blkid "$device" >/dev/null; then
  say "formatting $device, which is empty"
  mkfs.ext4 -q -m 0 -E lazy_itable_init=0,discard "$device"
fi
mount -o discard,noatime "$device" "$folder"
