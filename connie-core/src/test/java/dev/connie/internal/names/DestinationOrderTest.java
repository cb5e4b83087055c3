package dev.connie.internal.names;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** RFC 6724, section 6, rule by rule; the examples are those of its section 10.2 where there is one. */
@DisplayName("RFC 6724, section 6")
class DestinationOrderTest {
    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** Sorts the destinations, given as "destination source" or "destination" where there is no way to it. */
    private static List<String> sorted(String... pairs) {
        Map<InetAddress, String> sources = new HashMap<>();
        List<InetAddress> destinations = Arrays.stream(pairs)
                .map(pair -> {
                    String[] parts = pair.split(" ");
                    if (parts.length > 1) {
                        sources.put(address(parts[0]), parts[1]);
                    }
                    return address(parts[0]);
                })
                .toList();
        List<String> order =
                Arrays.stream(pairs).map(pair -> pair.split(" ")[0]).toList();
        return DestinationOrder.sort(destinations, destination -> {
                    String source = sources.get(destination);
                    return source == null ? null : address(source);
                })
                .stream()
                .map(each -> order.get(destinations.indexOf(each)))
                .toList();
    }

    @Test
    @DisplayName("rule 1: what cannot be reached comes last")
    void unusable() {
        assertThat(sorted("2001:db8:1::1", "198.51.100.121 198.51.100.117"))
                .containsExactly("198.51.100.121", "2001:db8:1::1");
    }

    @Test
    @DisplayName("rule 2: a source of the same scope is better")
    void scope() {
        assertThat(sorted("2001:db8:1::1 fe80::1", "198.51.100.121 198.51.100.117"))
                .containsExactly("198.51.100.121", "2001:db8:1::1");
        assertThat(sorted("198.51.100.121 169.254.13.78", "2001:db8:1::1 2001:db8:1::2"))
                .containsExactly("2001:db8:1::1", "198.51.100.121");
    }

    @Test
    @DisplayName("rule 5: a source of the same label is better")
    void label() {
        assertThat(sorted("2001:db8:1::1 fd00::2", "198.51.100.121 198.51.100.117"))
                .containsExactly("198.51.100.121", "2001:db8:1::1");
        assertThat(sorted("2001:db8:1::1 2002:c633:6401::2", "2002:c633:6401::1 2002:c633:6401::2"))
                .containsExactly("2002:c633:6401::1", "2001:db8:1::1");
    }

    @Test
    @DisplayName("rule 6: IPv6 before IPv4, and both before what is tunnelled")
    void precedence() {
        assertThat(sorted("10.1.2.3 10.1.2.4", "2001:db8:1::1 2001:db8:1::2"))
                .containsExactly("2001:db8:1::1", "10.1.2.3");
        assertThat(sorted("2002:c633:6401::1 2002:c633:6401::2", "198.51.100.121 198.51.100.117"))
                .containsExactly("198.51.100.121", "2002:c633:6401::1");
        assertThat(sorted("2001:0:1::1 2001:0:2::2", "198.51.100.121 198.51.100.117"))
                .containsExactly("198.51.100.121", "2001:0:1::1");
        assertThat(sorted("127.0.0.1 127.0.0.1", "::1 ::1")).containsExactly("::1", "127.0.0.1");
    }

    @Test
    @DisplayName("rule 8: the smaller scope is better")
    void smallerScope() {
        assertThat(sorted("2001:db8:1::1 2001:db8:1::2", "fe80::1 fe80::2"))
                .containsExactly("fe80::1", "2001:db8:1::1");
    }

    @Test
    @DisplayName("rule 9: the longer common prefix is better, for IPv6 and within 64 bits")
    void prefix() {
        assertThat(sorted("2001:db8:3ffe::1 2001:db8:1::2", "2001:db8:1::1 2001:db8:1::2"))
                .containsExactly("2001:db8:1::1", "2001:db8:3ffe::1");
        assertThat(sorted("2001:db8:1::f000 2001:db8:1::2", "2001:db8:1::3 2001:db8:1::2"))
                .containsExactly("2001:db8:1::f000", "2001:db8:1::3");
        assertThat(sorted("198.51.100.1 10.0.0.1", "10.0.0.2 10.0.0.1")).containsExactly("198.51.100.1", "10.0.0.2");
    }

    @Test
    @DisplayName("rule 10: else the order stays")
    void otherwise() {
        assertThat(sorted("192.0.2.9 192.0.2.1", "192.0.2.3 192.0.2.1", "192.0.2.5 192.0.2.1"))
                .containsExactly("192.0.2.9", "192.0.2.3", "192.0.2.5");
    }

    @Test
    void theKernelTellsTheSourceOfTheLoopbackByItself() {
        KernelSources kernel = new KernelSources();
        assertThat(kernel.sourceFor(address("127.0.0.1"))).isEqualTo(address("127.0.0.1"));

        assertThat(kernel.sourceFor(address("127.9.8.7"))).isNotNull();
    }

    @Test
    void nobodyIsAskedWhereThereIsNothingToChoose() {
        InetAddress only = address("192.0.2.1");
        assertThat(DestinationOrder.sort(List.of(only), destination -> {
                    throw new AssertionError("asked");
                }))
                .containsExactly(only);
    }
}
