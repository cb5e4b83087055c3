package dev.connie.race;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private final History history = new History(Tuning.DEFAULT, new Chance(1L));

    private static InetSocketAddress numbered(int number) throws UnknownHostException {
        byte[] ip = {(byte) 192, 0, 2, 1};
        return new InetSocketAddress(InetAddress.getByAddress(ip), number);
    }

    @Test
    void equalAddressesAreOneDestinationWhateverTheirNames() {
        Knowledge knowledge = history.of(VirtualNetwork.address("a", 1));
        assertThat(history.of(VirtualNetwork.address("alias", 1))).isSameAs(knowledge);
        assertThat(history.find(VirtualNetwork.address("alias", 1))).isSameAs(knowledge);
        assertThat(history.find(VirtualNetwork.address("b", 2))).isNull();
    }

    @Test
    void portsAndLinksAreDestinationsOfTheirOwn() throws UnknownHostException {
        assertThat(history.of(numbered(80))).isNotSameAs(history.of(numbered(443)));
        byte[] ip = InetAddress.getByName("fe80::1").getAddress();
        assertThat(history.of(new InetSocketAddress(Inet6Address.getByAddress(null, ip, 1), 443)))
                .isNotSameAs(history.of(new InetSocketAddress(Inet6Address.getByAddress(null, ip, 2), 443)));
    }

    @Test
    void theDestinationUsedLongestAgoIsForgottenFirst() throws UnknownHostException {
        for (int i = 1; i <= History.CAPACITY; i++) {
            history.of(numbered(i));
        }
        history.find(numbered(1));
        history.of(numbered(5_000));
        assertThat(history.size()).isEqualTo(4_096);
        assertThat(history.find(numbered(1))).isNotNull();
        assertThat(history.find(numbered(2))).isNull();
        assertThat(history.find(numbered(3))).isNotNull();
    }

    @Test
    void lookingForWhatIsNotKnownTakesNoRoom() {
        history.find(VirtualNetwork.address("a", 1));
        assertThat(history.size()).isZero();
    }

    @Test
    void itHoldsNoAddressOfItsCallers() {
        InetSocketAddress address = VirtualNetwork.address("a", 1);
        Addresses.Destination copy = Addresses.destination(address).copy();
        assertThat(copy).isEqualTo(Addresses.destination(address));
        assertThat(copy.address()).isNotSameAs(address.getAddress()).hasToString("/192.0.2.1");
    }

    @Test
    void clearedItKnowsNothing() {
        history.of(VirtualNetwork.address("a", 1));
        history.clear();
        assertThat(history.find(VirtualNetwork.address("a", 1))).isNull();
    }
}
