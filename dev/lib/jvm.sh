#!/usr/bin/env bash
# Makes a JVM with only what Tapedeck uses: the first line of modules is what jdeps finds in the jars, the second what is found by name at
# run time (elliptic curves for TLS, Italian dates, keep-alive and mongodb+srv addresses of MongoDB's driver). Debian's modules carry
# 700 MB of debug files. Of java.desktop only java.beans is used, nothing that draws.
#   dev/lib/jvm.sh JDK FOLDER
set -euo pipefail
modules=java.base,java.desktop,java.logging,java.management,java.naming,java.net.http,java.security.jgss,java.security.sasl,java.sql,java.xml,jdk.jfr,jdk.management,jdk.unsupported
modules=$modules,jdk.crypto.ec,jdk.localedata,jdk.naming.dns,jdk.net
exec "$1/bin/jlink" --output "$2" --add-modules "$modules" --exclude-files='**.debuginfo,glob:/java.desktop/lib/**' --include-locales=en,it \
  --strip-debug --no-header-files --no-man-pages --compress zip-6
