#!/bin/bash
# setup-broker.sh: makes this machine the broker. At the first boot it makes an authority, a certificate and passwords
# and keeps them as secrets; later boots, on this disk or another, take the secrets that there are.
# Its settings come from the environment: see the unit that runs it.
set -euo pipefail
# shellcheck source=constructs/boot/broker.sh
. "$(dirname "$0")/broker.sh"

# keep NAME COMMAND...: fetches a secret; where it has no value yet, makes it with COMMAND and adds it.
keep() {
  local name=$1 file
  file=$(secret "$name")
  if read_secret "$BEATFLOW_PROJECT" "$SECRET_PREFIX-$name" >"$file.part" && [ -s "$file.part" ]; then
    mv "$file.part" "$file"
    return
  fi
  [ ! -e "$BROKER_DATA/log/meta.properties" ] || [ "$name" = "kafka-ca" ] ||
    die "the broker's disk holds a log, but the secret $SECRET_PREFIX-$name cannot be read: restore it, or its readers"
  say "making $name"
  "${@:2}" >"$file.part"
  [ -s "$file.part" ] || die "$name could not be made"
  add_secret "$BEATFLOW_PROJECT" "$SECRET_PREFIX-$name" <"$file.part" ||
    die "the secret $SECRET_PREFIX-$name could not be written: may this machine's account add versions?"
  mv "$file.part" "$file"
}

first_authority() { # a PKCS #12 store, as text
  make_authority "$BROKER_HOME/authority.p12"
  base64 --wrap 0 "$BROKER_HOME/authority.p12"
}

make_certificate() { # the broker's own, signed by the authority, for its names; renewed at each boot
  local store="$BROKER_HOME/broker.p12" names="dns:$BROKER_HOST,dns:localhost,ip:127.0.0.1"
  rm -f "$store"
  kafka keytool -genkeypair -alias broker -keyalg EC -groupname secp384r1 -validity 825 -dname "CN=broker" \
    -storetype PKCS12 -storepass "$STORE_PASSWORD" -keystore "$store" >&2
  kafka keytool -certreq -alias broker -storepass "$STORE_PASSWORD" -keystore "$store" |
    kafka keytool -gencert -rfc -alias ca -validity 825 -ext "san=$names" -ext eku=serverAuth,clientAuth \
      -storepass "$STORE_PASSWORD" -keystore "$BROKER_HOME/authority.p12" >"$BROKER_HOME/broker.pem"
  # Of the authority that signed it: the secret may hold a second one, while authorities are being changed.
  certificate_of "$BROKER_HOME/authority.p12" |
    kafka keytool -importcert -noprompt -alias ca -storepass "$STORE_PASSWORD" -keystore "$store"
  kafka keytool -importcert -noprompt -alias broker -storepass "$STORE_PASSWORD" -keystore "$store" \
    <"$BROKER_HOME/broker.pem"
}

password_of() { password_in "$(secret "$1")"; }

umask 077
mkdir -p "$BROKER_HOME/secrets" "$BROKER_DATA"

keep kafka-ca-key first_authority
base64 --decode "$(secret kafka-ca-key)" >"$BROKER_HOME/authority.p12"
keep kafka-ca certificate_of "$BROKER_HOME/authority.p12"
days=$(days_left "$BROKER_HOME/authority.p12")
[ "$days" -gt 365 ] || say "the broker's authority ends in $days days: rotate it, see docs/runbooks/broker.md" WARNING
for user in admin generator consumer; do keep "kafka-$user" make_password "$user"; done
make_certificate

admin=$(password_of kafka-admin)
scram=org.apache.kafka.common.security.scram.ScramLoginModule
plain=org.apache.kafka.common.security.plain.PlainLoginModule
cat >"$BROKER_HOME/server.properties" <<PROPERTIES
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:$CONTROLLER_PORT
listeners=SASL_SSL://$LISTEN_ADDRESS:$BROKER_PORT,CONTROLLER://127.0.0.1:$CONTROLLER_PORT
advertised.listeners=SASL_SSL://$BROKER_HOST:$BROKER_PORT
inter.broker.listener.name=SASL_SSL
controller.listener.names=CONTROLLER
listener.security.protocol.map=SASL_SSL:SASL_SSL,CONTROLLER:SASL_PLAINTEXT
sasl.enabled.mechanisms=SCRAM-SHA-512
sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512
sasl.mechanism.controller.protocol=PLAIN
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config=$scram required username="admin" password="$admin";
listener.name.controller.sasl.enabled.mechanisms=PLAIN
listener.name.controller.plain.sasl.jaas.config=$plain required username="admin" password="$admin" user_admin="$admin";
ssl.keystore.type=PKCS12
ssl.keystore.location=$BROKER_HOME/broker.p12
ssl.keystore.password=$STORE_PASSWORD
ssl.truststore.type=PEM
ssl.truststore.location=$(secret kafka-ca)
ssl.client.auth=none
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:admin
allow.everyone.if.no.acl.found=false
auto.create.topics.enable=false
log.dirs=$BROKER_DATA/log
log.retention.hours=$RETENTION_HOURS
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=1000
PROPERTIES

if [ ! -e "$BROKER_DATA/log/meta.properties" ]; then
  say "formatting the log"
  # As one argument: an id may begin with a dash.
  id=$(head --bytes 16 /dev/urandom | base64 --wrap 0 | tr '+/' '-_' | tr -d '=')
  kafka java -cp "$KAFKA_CLASSPATH" kafka.tools.StorageTool format "--cluster-id=$id" \
    --config "$BROKER_HOME/server.properties" \
    --add-scram "SCRAM-SHA-512=[name=admin,password=$admin]" \
    --add-scram "SCRAM-SHA-512=[name=generator,password=$(password_of kafka-generator)]" \
    --add-scram "SCRAM-SHA-512=[name=consumer,password=$(password_of kafka-consumer)]" >&2
fi
say "the broker is set up"
