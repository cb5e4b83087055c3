#!/bin/sh
# Compares the public API of all three artifacts with that of an older commit or tag, and fails if what was compiled against
# that would not run: sh connie-core/src/test/sh/compare-api.sh v0.1.0
set -eu
old=$(mktemp -d)
cd "$(dirname "$0")/../../../.."
git worktree add -q --detach "$old" "$1"
trap 'git worktree remove --force "$old"' EXIT
modules=connie-core,connie-okhttp,connie-httpclient5
(cd "$old" && mvn -q package -DskipTests -Dmatrix.skip -pl $modules -am)
mvn -q verify -Papi -Dapi.old="$old" -DskipTests -Dmatrix.skip -pl $modules -am
cat connie-*/target/japicmp/*.diff
