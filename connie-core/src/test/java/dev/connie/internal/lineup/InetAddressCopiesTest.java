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
}
