package dev.connie.race;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class AddressHistoriesTest {
    private final AddressHistories histories = new AddressHistories(now -> 0);

    private static InetSocketAddress numbered(int number) throws UnknownHostException {
        byte[] ip = {(byte) 192, 0, 2, 1};
        return new InetSocketAddress(InetAddress.getByAddress(ip), number);
    }

    @Test
    void equalAddressesAreOneDestinationWhateverTheirNames() {
        AddressHistory knowledge = histories.of(VirtualNetwork.address("a", 1));
        assertThat(histories.of(VirtualNetwork.address("alias", 1))).isSameAs(knowledge);
        assertThat(histories.find(VirtualNetwork.address("alias", 1))).isSameAs(knowledge);
        assertThat(histories.find(VirtualNetwork.address("b", 2))).isNull();
    }

    @Test
    void portsAndLinksAreDestinationsOfTheirOwn() throws UnknownHostException {
        assertThat(histories.of(numbered(80))).isNotSameAs(histories.of(numbered(443)));
        byte[] ip = InetAddress.getByName("fe80::1").getAddress();
        assertThat(histories.of(new InetSocketAddress(Inet6Address.getByAddress(null, ip, 1), 443)))
                .isNotSameAs(histories.of(new InetSocketAddress(Inet6Address.getByAddress(null, ip, 2), 443)));
    }

    @Test
    void theDestinationUsedLongestAgoIsForgottenFirst() throws UnknownHostException {
        for (int i = 1; i <= AddressHistories.CAPACITY; i++) {
            histories.of(numbered(i));
        }
        histories.find(numbered(1));
        histories.of(numbered(5_000));
        assertThat(histories.size()).isEqualTo(4_096);
        assertThat(histories.find(numbered(1))).isNotNull();
        assertThat(histories.find(numbered(2))).isNull();
        assertThat(histories.find(numbered(3))).isNotNull();
    }

    @Test
    void lookingForWhatIsNotKnownTakesNoRoom() {
        histories.find(VirtualNetwork.address("a", 1));
        assertThat(histories.size()).isZero();
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
        histories.of(VirtualNetwork.address("a", 1));
        histories.clear();
        assertThat(histories.find(VirtualNetwork.address("a", 1))).isNull();
    }
}
