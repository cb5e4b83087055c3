package dev.connie.benchmarks.lab;

import static dev.connie.benchmarks.lab.Packets.address;
import static dev.connie.benchmarks.lab.Packets.bytes;
import static dev.connie.benchmarks.lab.Packets.checksum;
import static dev.connie.benchmarks.lab.Packets.sum;
import static dev.connie.benchmarks.lab.Packets.toServer;
import static java.util.Arrays.copyOfRange;
import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.benchmarks.lab.Replica.Family;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class IpPacketTest {
    private static final int NUMBER = 0xfedcba98;

    @ParameterizedTest
    @EnumSource
    void tells_who_sent_what_to_whom(Family family) {
        IpPacket packet = toServer(family, 63, 7, IpPacket.SYN, NUMBER);
        assertThat(packet.isTcp()).isTrue();
        assertThat(packet.crossesSides()).isTrue();
        assertThat(packet.isSyn()).isTrue();
        assertThat(packet.isReset()).isFalse();
        assertThat(packet.copy(true)).isEqualTo(63);
        assertThat(packet.replica(true)).isEqualTo(7);
        assertThat(packet.copy(false)).as("the client is of no copy").isEqualTo(-1);
        assertThat(packet.port(false)).isEqualTo(Packets.CLIENT_PORT);
        assertThat(packet.port(true)).isEqualTo(Packets.SERVER_PORT);
        assertThat(packet.sequenceNumber()).isEqualTo(NUMBER);
    }

    @Test
    void an_answer_to_a_syn_is_no_syn() {
        assertThat(Packets.toClient(0, 0, IpPacket.SYN | IpPacket.ACK).isSyn()).isFalse();
    }

    @Test
    void a_reset_is_one_with_or_without_an_acknowledgement() {
        assertThat(Packets.toClient(0, 0, IpPacket.RST).isReset()).isTrue();
        assertThat(Packets.toClient(0, 0, IpPacket.RST | IpPacket.ACK).isReset())
                .isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void swaps_the_sides_of_both_addresses_and_nothing_else(Family family) {
        IpPacket packet = toServer(family, 2, 3, IpPacket.SYN, NUMBER);
        byte[] before = bytes(packet);
        packet.swapSides();
        byte[] after = bytes(packet);
        boolean ipv4 = family == Family.IPV4;
        assertThat(address(copyOfRange(after, ipv4 ? 16 : 24, ipv4 ? 20 : 40))).isEqualTo(Plan.server(family, 2, 3));
        assertThat(address(copyOfRange(after, ipv4 ? 12 : 8, ipv4 ? 16 : 24)).getHostAddress())
                .isEqualTo(ipv4 ? "198.19.0.1" : "fd00:19:0:0:0:0:0:1");
        packet.swapSides();
        assertThat(bytes(packet)).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource
    void checksums_stay_right_when_sides_are_swapped(Family family) {
        IpPacket packet = toServer(family, 2, 3, IpPacket.SYN, NUMBER);
        assertChecksums(bytes(packet));
        packet.swapSides();
        assertThat(packet.crossesSides()).isFalse();
        assertChecksums(bytes(packet));
    }

    @Test
    void an_unreachable_ipv4_host_is_told_of_as_in_rfc_792_and_1812() {
        IpPacket packet = toServer(Family.IPV4, 2, 3, IpPacket.SYN, NUMBER);
        byte[] syn = bytes(packet);
        packet.becomeUnreachable();
        byte[] icmp = bytes(packet);
        assertThat(icmp).hasSize(20 + 8 + syn.length);
        assertThat(icmp[0]).isEqualTo((byte) 0x45);
        assertThat(icmp[3]).as("total length").isEqualTo((byte) icmp.length);
        assertThat(icmp[9]).as("protocol").isEqualTo((byte) 1);
        assertThat(address(copyOfRange(icmp, 12, 16))).isEqualTo(Plan.ROUTER_4);
        assertThat(address(copyOfRange(icmp, 16, 20))).isEqualTo(Plan.CLIENT_4);
        assertThat(checksum(copyOfRange(icmp, 0, 20), 0)).as("header").isZero();
        assertThat(copyOfRange(icmp, 20, 22)).as("type and code").containsExactly(3, 1);
        assertThat(checksum(copyOfRange(icmp, 20, icmp.length), 0))
                .as("message")
                .isZero();
        assertThat(copyOfRange(icmp, 28, icmp.length)).as("quote").isEqualTo(syn);
    }

    @Test
    void an_unreachable_ipv6_host_is_told_of_as_in_rfc_4443() {
        IpPacket packet = toServer(Family.IPV6, 2, 3, IpPacket.SYN, NUMBER);
        byte[] syn = bytes(packet);
        packet.becomeUnreachable();
        byte[] icmp = bytes(packet);
        assertThat(icmp).hasSize(40 + 8 + syn.length);
        assertThat(icmp[0]).isEqualTo((byte) 0x60);
        assertThat(icmp[5]).as("payload length").isEqualTo((byte) (icmp.length - 40));
        assertThat(icmp[6]).as("next header").isEqualTo((byte) 58);
        assertThat(address(copyOfRange(icmp, 8, 24))).isEqualTo(Plan.ROUTER_6);
        assertThat(address(copyOfRange(icmp, 24, 40))).isEqualTo(Plan.CLIENT_6);
        assertThat(copyOfRange(icmp, 40, 42)).as("type and code").containsExactly(1, 3);
        long pseudoHeader = sum(copyOfRange(icmp, 8, 40)) + icmp.length - 40 + 58;
        assertThat(checksum(copyOfRange(icmp, 40, icmp.length), pseudoHeader)).isZero();
        assertThat(copyOfRange(icmp, 48, icmp.length)).as("quote").isEqualTo(syn);
    }

    @Test
    void what_is_not_tcp_or_too_short_is_not_taken_for_it() {
        IpPacket packet = toServer(Family.IPV4, 0, 0, IpPacket.SYN, NUMBER);
        packet.length(39);
        assertThat(packet.isTcp()).isFalse();
        IpPacket udp = toServer(Family.IPV6, 0, 0, IpPacket.SYN, NUMBER);
        udp.bytes().put(6, (byte) 17);
        assertThat(udp.isTcp()).isFalse();
    }

    @Test
    void what_comes_from_or_goes_to_elsewhere_does_not_cross() {
        InetAddress elsewhere = address(new byte[] {(byte) 192, 0, 2, 1});
        InetAddress server = Plan.across(Family.IPV4, 0, 0);
        assertThat(Packets.tcp(elsewhere, server, 1, 2, IpPacket.SYN, 0).crossesSides())
                .isFalse();
        assertThat(Packets.tcp(Plan.CLIENT_4, elsewhere, 1, 2, IpPacket.SYN, 0).crossesSides())
                .isFalse();
    }

    private static void assertChecksums(byte[] packet) {
        boolean ipv4 = packet[0] >> 4 == 4;
        int header = ipv4 ? 20 : 40;
        if (ipv4) {
            assertThat(checksum(copyOfRange(packet, 0, header), 0))
                    .as("of the IPv4 header")
                    .isZero();
        }
        byte[] addresses = copyOfRange(packet, ipv4 ? 12 : 8, header);
        byte[] tcp = copyOfRange(packet, header, packet.length);
        assertThat(checksum(tcp, sum(addresses) + 6 + tcp.length)).as("of TCP").isZero();
    }
}
