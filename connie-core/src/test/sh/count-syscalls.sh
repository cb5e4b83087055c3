#!/bin/sh
# Counts the system calls of a race, its winner's close included, of 1, 2 and 8 addresses that all start at once. The
# last address answers, the others are silent. Goal: at most 7 for each address and 8 more.
#
# In a network namespace of its own, whose loopback interface has 10.0.0.0/8: to addresses of 127.0.0.0/8 the first attempt
# asks at once whether it is connected, which is 11 calls in all if it is, and one more for nothing if it is not.
#
# Linux with strace, ip and user namespaces. Run in connie-core after "mvn test-compile"; JAVA names another java.
set -eu
if [ -z "${IN_NAMESPACE:-}" ]; then
    IN_NAMESPACE=1 exec unshare --user --map-root-user --net "$0"
fi
ip link set lo up
ip address add 10.0.0.1/8 dev lo
java=${JAVA:-java}
classes=target/test-classes:target/classes
work=$(mktemp -d)
server=
trap 'test -z "$server" || kill "$server"; rm -rf "$work"' EXIT

# Of races alone: less what a run with fewer races makes.
few=200
many=1200
calls=%network,fcntl,close,dup2,epoll_create1,epoll_ctl,epoll_wait,epoll_pwait,eventfd2,read,write,poll

count() { # races, output
    # shellcheck disable=SC2046
    strace -f -c -U calls,name -e trace=$calls -o "$2" \
        "$java" -XX:TieredStopAtLevel=1 -cp $classes dev.connie.SyscallLoad race "$1" $(cat "$work/addresses")
}

for addresses in 1 2 8; do
    "$java" -Dconnie.test.network=10 -cp $classes dev.connie.SyscallLoad serve $addresses >"$work/addresses" &
    server=$!
    until [ -s "$work/addresses" ]; do sleep 0.1; done
    count $few "$work/few"
    count $many "$work/many"
    kill $server
    wait $server 2>/dev/null || true
    server=
    echo "$addresses address(es), goal $((7 * addresses + 8)):"
    awk -v races=$((many - few)) '
        $1 !~ /^[0-9]+$/ || $2 == "total" { next }
        FNR == NR { before[$2] = $1; next }
        {
            each = ($1 - before[$2]) / races
            sum += each
            if (each >= 0.05) printf "  %6.2f %s\n", each, $2
        }
        END { printf "  %6.2f in all\n", sum }' "$work/few" "$work/many"
    rm "$work/addresses"
done
