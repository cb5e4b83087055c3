package dev.connie.race;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressesTest {
    @Nested
    class Interleaving {
        /** The letters of a list are its addresses: upper case IPv6, lower case IPv4. */
        @ParameterizedTest(name = "{0}, count {1}, begins with IPv6: {2} -> {3}")
        @CsvSource({
            "'',      1, true,  ''",
            "A,       1, true,  A",
            "a,       1, true,  a",
            "ABC,     1, true,  ABC",
            "abc,     1, true,  abc",
            "ABab,    1, true,  AaBb",
            "abAB,    1, true,  AaBb",
            "abAB,    1, false, aAbB",
            "ABCDa,   1, true,  AaBCD",
            "Aabcd,   1, true,  Aabcd",
            "ABCDabc, 2, true,  ABaCbDc",
            "ABCDabc, 3, true,  ABCaDbc",
            "ABCDabc, 9, true,  ABCDabc",
            "Aab,     2, true,  Aab",
            "aBcDe,   2, false, acBeD",
        })
        void familiesTakeTurns(String list, int firstFamilyCount, boolean ipv6Leads, String expected) {
            List<InetSocketAddress> addresses = list.chars()
                    .mapToObj(letter -> VirtualNetwork.address((letter < 'a' ? "six" : "") + (char) letter, letter))
                    .toList();

            List<InetSocketAddress> interleaved = Addresses.interleave(addresses, ipv6Leads, firstFamilyCount);

            assertThat(interleaved)
                    .extracting(address -> address.getHostString().replace("six", ""))
                    .containsExactly(expected.isEmpty() ? new String[0] : expected.split(""));
        }
    }

    @Nested
    class Distinctness {
        @Test
        void equalAddressesAreKeptOnceWhereTheyCameFirst() throws UnknownHostException {
            InetSocketAddress a = address("192.0.2.1", 443);
            InetSocketAddress b = address("192.0.2.2", 443);
            assertThat(Addresses.distinct(List.of(a, b, address("192.0.2.1", 443), address("192.0.2.2", 443))))
                    .containsExactly(a, b);
        }

        @Test
        void theFirstOfEqualAddressesIsTheOneThatIsKept() throws UnknownHostException {
            InetSocketAddress first = address("192.0.2.1", 443);
            List<InetSocketAddress> distinct = Addresses.distinct(List.of(first, address("192.0.2.1", 443)));
            assertThat(distinct).hasSize(1);
            assertThat(distinct.get(0)).isSameAs(first);
        }

        @Test
        void theNameOfAnAddressDoesNotCount() {
            assertThat(Addresses.distinct(List.of(VirtualNetwork.address("a", 1), VirtualNetwork.address("alias", 1))))
                    .hasSize(1);
        }

        @Test
        void portsMakeAddressesDifferent() throws UnknownHostException {
            assertThat(Addresses.distinct(List.of(address("192.0.2.1", 80), address("192.0.2.1", 443))))
                    .hasSize(2);
        }

        @Test
        void scopesMakeLinkLocalAddressesDifferent() throws UnknownHostException {
            // Inet6Address.equals does not tell them apart; they are two links, and two hosts.
            assertThat(linkLocal(1)).isEqualTo(linkLocal(2));
            assertThat(Addresses.distinct(List.of(linkLocal(1), linkLocal(2), linkLocal(1))))
                    .hasSize(2);
            assertThat(Addresses.isSame(linkLocal(1), linkLocal(2))).isFalse();
            assertThat(Addresses.isSame(linkLocal(1), linkLocal(1))).isTrue();
        }

        @Test
        void aListOfOneIsCopied() throws UnknownHostException {
            InetSocketAddress a = address("192.0.2.1", 443);
            assertThat(Addresses.distinct(Stream.of(a).toList())).containsExactly(a);
        }
    }

    @Nested
    class Format {
        @ParameterizedTest
        @CsvSource({
            "192.0.2.1,                         192.0.2.1:443",
            "2001:db8:0:0:0:0:0:1,              [2001:db8::1]:443",
            "2001:db8:1:2:3:4:5:6,              [2001:db8:1:2:3:4:5:6]:443",
            "2001:DB8:AAAA:0:0:BBBB:CCCC:0,     [2001:db8:aaaa::bbbb:cccc:0]:443",
            "2001:0db8:0000:0001:0001:1:1:0001, [2001:db8:0:1:1:1:1:1]:443",
            "2001:db8:0:0:1:0:0:1,              [2001:db8::1:0:0:1]:443",
            "2001:0:0:1:0:0:0:1,                [2001:0:0:1::1]:443",
            "2001:db8:0:0:0:0:0:0,              [2001:db8::]:443",
            "0:0:0:0:0:0:0:1,                   [::1]:443",
            "0:0:0:0:0:0:0:0,                   [::]:443",
        })
        void ipv6IsWrittenByRfc5952(String ip, String expected) throws UnknownHostException {
            assertThat(Addresses.format(address(ip, 443))).isEqualTo(expected);
        }

        @Test
        void theScopeStays() throws UnknownHostException {
            assertThat(Addresses.format(linkLocal(7))).isEqualTo("[fe80::1%7]:443");
        }

        @Test
        void theNameOfAnAddressIsLeftOut() {
            assertThat(Addresses.format(VirtualNetwork.address("a", 1))).isEqualTo("192.0.2.1:443");
        }

        @Test
        void anUnresolvedAddressIsNamed() {
            assertThat(Addresses.format(InetSocketAddress.createUnresolved("example.com", 443)))
                    .isEqualTo("example.com:443");
        }
    }

    private static InetSocketAddress address(String ip, int port) throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(ip), port);
    }

    private static InetSocketAddress linkLocal(int scopeId) throws UnknownHostException {
        byte[] ip = InetAddress.getByName("fe80::1").getAddress();
        return new InetSocketAddress(Inet6Address.getByAddress(null, ip, scopeId), 443);
    }
}
