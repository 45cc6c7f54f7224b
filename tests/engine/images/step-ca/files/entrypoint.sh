#!/bin/bash
# Makes a new certificate authority from DOCKER_STEPCA_INIT_*, unless there is one, and becomes the command.
#
# What it says and where it leaves its files is what the public image says and does: the generated password is shown
# in the log, once.
# shellcheck disable=SC2153 # the names are the public image's
set -eo pipefail

STEPPATH=$(step path)
export STEPPATH

generate_password() {
  tr -dc A-Za-z0-9 < <(head -c 4096 /dev/urandom) | head -c 40 || true
  echo
}

# Leaves the passwords where `step ca init` reads them.
place_passwords() {
  local file
  for file in "$STEPPATH/password" "$STEPPATH/provisioner_password"; do
    if [ -n "$DOCKER_STEPCA_INIT_PASSWORD_FILE" ]; then
      cat <"$DOCKER_STEPCA_INIT_PASSWORD_FILE" >"$file"
    elif [ -n "$DOCKER_STEPCA_INIT_PASSWORD" ]; then
      echo "$DOCKER_STEPCA_INIT_PASSWORD" >"$file"
    else
      generate_password >"$file"
    fi
  done
}

initialize() {
  local -a options=(
    --name "$DOCKER_STEPCA_INIT_NAME"
    --dns "$DOCKER_STEPCA_INIT_DNS_NAMES"
    --provisioner "${DOCKER_STEPCA_INIT_PROVISIONER_NAME:-admin}"
    --password-file "$STEPPATH/password"
    --provisioner-password-file "$STEPPATH/provisioner_password"
    --address "${DOCKER_STEPCA_INIT_ADDRESS:-:9000}"
  )
  [ -z "$DOCKER_STEPCA_INIT_DEPLOYMENT_TYPE" ] || options+=(--deployment-type "$DOCKER_STEPCA_INIT_DEPLOYMENT_TYPE")
  [ -z "$DOCKER_STEPCA_INIT_WITH_CA_URL" ] || options+=(--with-ca-url "$DOCKER_STEPCA_INIT_WITH_CA_URL")
  [ "$DOCKER_STEPCA_INIT_SSH" != true ] || options+=(--ssh)
  [ "$DOCKER_STEPCA_INIT_ACME" != true ] || options+=(--acme)
  if [ "$DOCKER_STEPCA_INIT_REMOTE_MANAGEMENT" = true ]; then
    options+=(--remote-management --admin-subject "${DOCKER_STEPCA_INIT_ADMIN_SUBJECT:-step}")
  fi
  place_passwords
  step ca init "${options[@]}"
  echo
  if [ "$DOCKER_STEPCA_INIT_REMOTE_MANAGEMENT" = true ]; then
    echo "👉 Your CA administrative username is: ${DOCKER_STEPCA_INIT_ADMIN_SUBJECT:-step}"
  fi
  echo "👉 Your CA administrative password is: $(<"$STEPPATH/provisioner_password")"
  echo "🤫 This will only be displayed once."
  shred -u "$STEPPATH/provisioner_password"
  mv "$STEPPATH/password" "$PWDPATH"
}

if [ ! -f "$STEPPATH/config/ca.json" ]; then
  if [ -n "$DOCKER_STEPCA_INIT_NAME" ] && [ -n "$DOCKER_STEPCA_INIT_DNS_NAMES" ]; then
    initialize
  else
    echo "there is no ca.json config file; please run step ca init, or provide config parameters via" \
      "DOCKER_STEPCA_INIT_ vars" >&2
  fi
fi
exec "$@"
