#!/bin/bash
# rotate-authority.sh prepare | finish: changes the authority that signs the broker's certificate. `prepare` makes the
# new one and lets clients trust both; once all have been started anew, `finish` makes it the one that signs.
set -euo pipefail
set -a
# shellcheck disable=SC1091  # a file of the machine
. "$(dirname "$0")/../broker.env"
set +a
# shellcheck source=constructs/boot/broker.sh
. "$(dirname "$0")/broker.sh"

umask 077
# Beside the log, on the disk that outlives the machine, since between the two steps there may be days.
next="$BROKER_DATA/authority.next.p12"

publish() { # publish NAME: adds what comes on standard input as the newest value of a secret
  add_secret "$BEATFLOW_PROJECT" "$SECRET_PREFIX-$1" ||
    die "the secret $SECRET_PREFIX-$1 could not be written: run this again"
}

case ${1:-} in
prepare)
  [ -s "$next" ] || { make_authority "$next.part" && mv "$next.part" "$next"; }
  { certificate_of "$next"; certificate_of "$BROKER_HOME/authority.p12"; } | publish kafka-ca
  say "clients may trust the old and the new authority; now start all of them anew, then: rotate-authority.sh finish"
  ;;
finish)
  [ -s "$next" ] || die "there is no new authority: rotate-authority.sh prepare comes first"
  base64 --wrap 0 "$next" | publish kafka-ca-key
  certificate_of "$next" | publish kafka-ca
  rm "$next"
  say "the new authority signs from the broker's next start; now: sudo systemctl restart beatflow-broker"
  ;;
*) die "one of prepare, finish" ;;
esac
