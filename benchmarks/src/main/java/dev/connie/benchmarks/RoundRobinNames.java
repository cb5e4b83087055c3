package dev.connie.benchmarks;

import dev.connie.HostResolver;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The lab's name service for one contender. Asked for the n-th time it answers in the n-th order, and that is the same for
 * all contenders with the same seed. Thread-safe.
 */
final class RoundRobinNames implements HostResolver {
    private final List<InetAddress> addresses;
    private final boolean shuffled;
    private final long seed;
    private final AtomicLong questions = new AtomicLong();

    RoundRobinNames(List<InetAddress> addresses, boolean shuffled, long seed) {
        this.addresses = List.copyOf(addresses);
        this.shuffled = shuffled;
        this.seed = seed;
    }

    @Override
    public List<InetAddress> resolve(String host) throws UnknownHostException {
        List<InetAddress> answer = new ArrayList<>(addresses.size());
        for (InetAddress address : addresses) {
            answer.add(InetAddress.getByAddress(host, address.getAddress()));
        }
        if (shuffled) {
            // Multiplied, because the first numbers of neighbouring seeds are alike.
            Collections.shuffle(answer, new Random((seed + questions.getAndIncrement()) * 0x9E3779B97F4A7C15L));
        }
        return answer;
    }
}
