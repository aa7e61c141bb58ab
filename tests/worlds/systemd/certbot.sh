#!/bin/sh
# A stand-in for certbot, which needs a public name: the same options and the same files.
set -eu
while [ $# -gt 0 ]; do
  [ "$1" != --domain ] || domain=$2
  shift
done
place=/etc/letsencrypt/live/$domain
mkdir -p "$place"
cd "$place"
key="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
# shellcheck disable=SC2086 -- options
openssl req -x509 $key -keyout /srv/ca.key -out /usr/local/share/ca-certificates/test.crt \
  -subj "/CN=Authority of the test" -days 2 2>/dev/null
# shellcheck disable=SC2086 -- options
openssl req $key -keyout privkey.pem -out request.pem -subj "/CN=$domain" 2>/dev/null
printf 'subjectAltName=DNS:%s\n' "$domain" >extensions
openssl x509 -req -in request.pem -CA /usr/local/share/ca-certificates/test.crt -CAkey /srv/ca.key \
  -CAcreateserial -days 2 -extfile extensions -out fullchain.pem 2>/dev/null
update-ca-certificates >/dev/null 2>&1
