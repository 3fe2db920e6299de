#!/bin/bash
# rotate-password.sh USER: gives a user of the broker (admin, generator or consumer) a new password. The broker takes the
# new one at once and refuses the old one to whoever connects from then on; the program finds it in Secret Manager
# at its next start. Run again after a failure it goes on with the password that it has made.
set -euo pipefail
set -a
# shellcheck disable=SC1091  # a file of the machine
. "$(dirname "$0")/../broker.env"
set +a
# shellcheck source=constructs/boot/broker.sh
. "$(dirname "$0")/broker.sh"
user=${1:-}
case $user in
admin | generator | consumer) ;;
*) die "whose password? one of admin, generator, consumer" ;;
esac

umask 077
current=$(secret "kafka-$user")
next="$current.next"
settings=$(mktemp -d "$BROKER_HOME/rotate.XXXXXX")
trap 'rm -rf "$settings"' EXIT

[ -s "$next" ] || make_password "$user" >"$next"
# A first try may have come as far as the broker, which then knows the administrator by the new password only.
set_password() { # as the administrator whose password is in file $1
  cat >"$settings/client.properties" <<PROPERTIES
security.protocol=SASL_SSL
sasl.mechanism=SCRAM-SHA-512
sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="admin" password="$(password_in "$1")";
ssl.truststore.type=PEM
ssl.truststore.location=$(secret kafka-ca)
default.api.timeout.ms=30000
PROPERTIES
  printf 'SCRAM-SHA-512=password=%s\n' "$(password_in "$next")" >"$settings/user.properties"
  in_image host java -cp "$KAFKA_CLASSPATH" kafka.admin.ConfigCommand --bootstrap-server "localhost:$BROKER_PORT" \
    --command-config "$settings/client.properties" --alter --entity-type users --entity-name "$user" \
    --add-config-file "$settings/user.properties" >"$settings/said" 2>&1
}
reason() { # what the command said last, without what is secret in it
  tail --lines 1 "$settings/said" | sed 's/password=.*//' | tr --delete '"\134'
}
set_password "$(secret kafka-admin)" || { [ "$user" = admin ] && set_password "$next"; } ||
  die "the broker did not take the new password, the old one holds: $(reason)"
add_secret "$BEATFLOW_PROJECT" "$SECRET_PREFIX-kafka-$user" <"$next" ||
  die "the broker has the new password, but it could not be added to $SECRET_PREFIX-kafka-$user: run this again"
mv "$next" "$current"
if [ "$user" = admin ]; then
  say "the administrator has a new password; now: sudo systemctl restart beatflow-broker"
else
  say "$user has a new password; now, on its machines: sudo systemctl restart beatflow-$user"
fi
