# shellcheck shell=bash
# What the scripts of the broker share. Sourced, not run; its settings are those of the broker's unit.
# shellcheck source=constructs/boot/google.sh
. "$(dirname "$0")/google.sh"

# Guards the stores against nothing but being opened by mistake: whoever reads the folder reads the password.
STORE_PASSWORD=beatflow-store

in_image() { # in_image NETWORK COMMAND...: runs a command of the Kafka image with the broker's folders
  docker run --rm --interactive --network "$1" --user 0 --entrypoint "$2" \
    --volume "$BROKER_HOME:$BROKER_HOME" --volume "$BROKER_DATA:$BROKER_DATA" "$BROKER_IMAGE" "${@:3}"
}

kafka() { in_image none "$@"; }

# secret NAME: path of the local copy of a secret.
secret() { printf '%s/secrets/%s' "$BROKER_HOME" "$1"; }

password_in() { sed --quiet 's/.*"password":"\([^"]*\)".*/\1/p' "$1"; }

make_password() { # for user $1, as the file that clients read
  printf '{"username":"%s","password":"%s"}\n' "$1" "$(head --bytes 32 /dev/urandom | base64 --wrap 0 | tr -d '+/=')"
}

make_authority() { # into the PKCS #12 store $1
  rm -f "$1"
  kafka keytool -genkeypair -alias ca -keyalg EC -groupname secp384r1 -validity 3650 -dname CN=beatflow-ca \
    -ext bc:critical=ca:true -ext ku:critical=keyCertSign,cRLSign \
    -storetype PKCS12 -storepass "$STORE_PASSWORD" -keystore "$1" >&2
}

certificate_of() { # of the authority in store $1
  kafka keytool -exportcert -rfc -alias ca -storepass "$STORE_PASSWORD" -keystore "$1"
}

days_left() { # of the authority in store $1
  local until
  until=$(kafka keytool -list -v -alias ca -storepass "$STORE_PASSWORD" -keystore "$1" | sed --quiet 's/.*until: //p' | head --lines 1)
  echo $((($(date --date "$until" +%s) - $(date +%s)) / 86400))
}
