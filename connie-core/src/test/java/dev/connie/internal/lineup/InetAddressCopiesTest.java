package dev.connie.internal.lineup;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class InetAddressCopiesTest {
    @Test
    void aCopyIsWrittenAsTheOriginalIs() throws Exception {
        InetAddress global = InetAddress.getByName("2001:db8::1");
        InetAddress linkLocal =
                Inet6Address.getByAddress(null, InetAddress.getByName("fe80::1").getAddress(), 7);

        List<InetAddress> copies = InetAddressCopies.of("h.test", List.of(global, linkLocal));

        assertThat(copies)
                .extracting(InetAddress::getHostAddress)
                .containsExactly("2001:db8:0:0:0:0:0:1", "fe80:0:0:0:0:0:0:1%7");
    }

    @Test
    void aCopyHasTheHostNameOfTheOriginal() throws Exception {
        for (String address : List.of("192.0.2.1", "2001:db8::1", "fe80::1")) {
            byte[] bytes = InetAddress.getByName(address).getAddress();
            InetAddress named = InetAddress.getByAddress("server1.test", bytes);
            InetAddress oddlyNamed = InetAddress.getByAddress("a/b", bytes);

            List<InetAddress> copies = InetAddressCopies.of("h.test", List.of(named, oddlyNamed));

            assertThat(copies).extracting(InetAddress::getHostName).containsExactly("server1.test", "a/b");
        }
    }

    @Test
    void aCopyOfAnOriginalWithoutOneHasTheHostNameThatWasAskedFor() throws Exception {
        InetAddress nameless = InetAddress.getByName("192.0.2.1");
        InetAddress emptilyNamed = InetAddress.getByAddress("", nameless.getAddress());

        assertThat(InetAddressCopies.of("h.test", List.of(nameless, emptilyNamed)))
                .extracting(InetAddress::getHostName)
                .containsExactly("h.test", "h.test");
        assertThat(nameless).as("not looked up").hasToString("/192.0.2.1");
    }
}
