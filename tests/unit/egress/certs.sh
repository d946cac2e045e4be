#!/bin/sh
# Certificates for tls_test.c into the folder $1: a root, an intermediate, and leaves with
# one trouble each. Everything is made fresh; nothing of it is trusted anywhere.
set -eu
cd "$1"
mkdir -p new
: >index.txt
echo 1000 >serial
cat >ca.cnf <<'X'
[ca]
default_ca = d
[d]
database = index.txt
serial = serial
new_certs_dir = new
default_md = sha256
policy = p
unique_subject = no
copy_extensions = copy
[p]
commonName = supplied
[req]
distinguished_name = n
[n]
[root]
basicConstraints = critical,CA:TRUE
subjectKeyIdentifier = hash
[leaf]
basicConstraints = CA:FALSE
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
X
key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"; }
# name, issuer, extensions, start, end, subjectAltName
issue() {
    openssl req -new -key "$1.key" -subj "/CN=$1" ${6:+-addext "subjectAltName=$6"} \
        -config ca.cnf -out "$1.csr"
    openssl ca -batch -notext -config ca.cnf -cert "$2.pem" -keyfile "$2.key" \
        -extensions "$3" -startdate "$4" -enddate "$5" -in "$1.csr" -out "$1.pem"
}
early=20200101000000Z late=20991231000000Z
key root
openssl req -new -x509 -key root.key -subj /CN=root -config ca.cnf -extensions root \
    -days 20000 -out root.pem
key middle
issue middle root root "$early" "$late" ""
for name in good expired future wrongname old; do key $name; done
openssl genrsa -out weak.key 1024
issue good middle leaf "$early" "$late" DNS:good.test,IP:127.0.0.1
issue expired middle leaf "$early" 20210101000000Z DNS:expired.test
issue future middle leaf 20980101000000Z "$late" DNS:future.test
issue wrongname middle leaf "$early" "$late" DNS:other.test
issue old middle leaf "$early" "$late" DNS:old.test
issue weak middle leaf "$early" "$late" DNS:weak.test
for name in good expired future wrongname old weak; do
    cat $name.pem middle.pem >$name.chain
done
cp good.pem alone.chain
cp good.key alone.key
key self
openssl req -new -x509 -key self.key -subj /CN=self -config ca.cnf -days 20000 \
    -addext subjectAltName=DNS:self.test -out self.chain
key stranger
openssl req -new -x509 -key stranger.key -subj /CN=stranger -config ca.cnf \
    -extensions root -days 20000 -out stranger.pem
key untrusted
issue untrusted stranger leaf "$early" "$late" DNS:untrusted.test
cat untrusted.pem stranger.pem >untrusted.chain
