# shellcheck shell=bash
# Talks to Google's services as the machine's own account. Sourced, not run. The three addresses can be set to try a
# boot on a machine that is not in the cloud.
metadata="http://${GCE_METADATA_HOST:-metadata.google.internal}/computeMetadata/v1"
# shellcheck disable=SC2034  # for those who source this
storage="${BEATFLOW_STORAGE_ENDPOINT:-https://storage.googleapis.com}"
secrets="${BEATFLOW_SECRETS_ENDPOINT:-https://secretmanager.googleapis.com}"

# say MESSAGE: one line of JSON for Cloud Logging.
say() {
  printf '{"severity":"%s","message":"%s"}\n' "${2:-INFO}" "$1"
}

# die MESSAGE: ends the boot; systemd tries it again.
die() {
  say "$1" ERROR >&2
  exit 1
}

# token: prints an access token of the machine's account.
token() {
  curl --fail --silent --show-error --retry 8 --retry-connrefused --max-time 20 \
    --header 'Metadata-Flavor: Google' "$metadata/instance/service-accounts/default/token" |
    sed --quiet 's/.*"access_token" *: *"\([^"]*\)".*/\1/p'
}

# with_token COMMAND...: curl with the token in a header that no process list shows.
with_token() {
  local value
  value=$(token) || return 1
  [ -n "$value" ] || return 1
  curl --config <(printf 'header = "Authorization: Bearer %s"\n' "$value") \
    --silent --show-error --retry 5 --max-time 300 "$@"
}

# read_secret PROJECT SECRET: prints the newest value; fails where there is none or it may not be read.
read_secret() {
  local answer
  answer=$(with_token --fail "$secrets/v1/projects/$1/secrets/$2/versions/latest:access" 2>/dev/null) || return 1
  printf '%s' "$answer" | tr --delete '\n' | sed --quiet 's/.*"data" *: *"\([^"]*\)".*/\1/p' | base64 --decode
}

# add_secret PROJECT SECRET: adds what comes on standard input as the newest value.
add_secret() {
  local data
  data=$(base64 --wrap 0)
  with_token --fail --output /dev/null --header 'Content-Type: application/json' --data @- \
    "$secrets/v1/projects/$1/secrets/$2:addVersion" <<<"{\"payload\":{\"data\":\"$data\"}}"
}
