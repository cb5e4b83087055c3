package dev.connie.benchmarks.lab;

import static dev.connie.benchmarks.lab.Packets.toClient;
import static dev.connie.benchmarks.lab.Packets.toServer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.benchmarks.lab.Replica.Family;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class PathsTest {
    private static final long MILLI = 1_000_000;
    private static final int COPIES = 3;

    private final Sightings sightings = new Sightings(COPIES, 2);

    @Test
    void half_of_the_rtt_is_taken_each_way() {
        Paths paths = paths(1, Replica.live(10));
        assertThat(paths.send(syn(0, 0, 1), 0)).isEqualTo(5 * MILLI);
        assertThat(paths.send(toClient(0, 0, IpPacket.SYN | IpPacket.ACK), 5 * MILLI))
                .isEqualTo(10 * MILLI);
    }

    @Test
    void what_arrives_has_changed_sides() {
        IpPacket packet = syn(0, 0, 1);
        paths(1, Replica.live(10)).send(packet, 0);
        assertThat(packet.copy(false)).isEqualTo(-1);
        assertThat(packet.crossesSides()).isFalse();
    }

    @Test
    void jitter_comes_on_top_and_is_evenly_distributed() {
        Paths paths = paths(1, Replica.live(10).jitter(4));
        double sum = 0;
        for (int i = 0; i < 1_000; i++) {
            long due = paths.send(syn(0, 0, i), 0);
            assertThat(due).isBetween(5 * MILLI, 7 * MILLI);
            sum += due / 1e6;
        }
        assertThat(sum / 1_000).isCloseTo(6, Offset.offset(0.1));
    }

    @Test
    void packets_of_a_connection_do_not_overtake_each_other_for_all_jitter() {
        Paths paths = paths(1, Replica.live(10).jitter(8));
        paths.send(syn(0, 0, 1), 0);
        long last = 0;
        boolean waited = false;
        for (int i = 0; i < 100; i++) {
            long due = paths.send(toServer(Family.IPV4, 0, 0, IpPacket.ACK, 2), i * MILLI / 10);
            assertThat(due).isGreaterThanOrEqualTo(last);
            waited |= due == last;
            last = due;
        }
        assertThat(waited).as("some would have").isTrue();
    }

    @Test
    void loses_syns_in_the_share_that_was_asked_for_and_nothing_else() {
        Paths paths = paths(1, Replica.live(10).synLoss(0.02));
        int lost = 0;
        for (int i = 0; i < 10_000; i++) {
            lost += paths.send(syn(0, 0, i), 0) == Paths.LOST ? 1 : 0;
            assertThat(paths.send(toClient(0, 0, IpPacket.SYN | IpPacket.ACK), 0))
                    .isNotEqualTo(Paths.LOST);
        }
        assertThat(lost).isBetween(140, 260);
    }

    @Test
    void loses_packets_in_both_directions() {
        Paths paths = paths(1, Replica.live(10).loss(0.5));
        paths.send(syn(0, 0, 1), 0);
        int lostToServer = 0;
        int lostToClient = 0;
        for (int i = 0; i < 1_000; i++) {
            lostToServer += paths.send(toServer(Family.IPV4, 0, 0, IpPacket.ACK, 2), 0) == Paths.LOST ? 1 : 0;
            lostToClient += paths.send(toClient(0, 0, IpPacket.ACK), 0) == Paths.LOST ? 1 : 0;
        }
        assertThat(lostToServer).isBetween(420, 580);
        assertThat(lostToClient).isBetween(420, 580);
    }

    @Test
    void the_nth_connect_meets_the_same_luck_in_every_copy_in_whatever_order_they_come() {
        Replica lossy = Replica.live(10).jitter(5).synLoss(0.3).loss(0.2);
        Paths paths = paths(42, lossy, lossy);
        List<Long> first = new ArrayList<>();
        List<Long> second = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            first.add(paths.send(syn(0, 1, i), 0));
            paths.send(syn(2, 1, i), 0);
            paths.send(syn(1, 0, i), 0);
        }
        for (int i = 0; i < 200; i++) {
            second.add(paths.send(syn(1, 1, 1_000 - i), 0));
        }
        assertThat(second).isEqualTo(first).contains(Paths.LOST);
        assertThat(Set.copyOf(first)).as("not all alike").hasSizeGreaterThan(50);
    }

    @Test
    void another_seed_is_another_luck_and_so_is_another_replica() {
        Replica lossy = Replica.live(10).jitter(5);
        Paths paths = paths(42, lossy, lossy);
        long due = paths.send(syn(0, 0, 1), 0);
        assertThat(paths.send(syn(0, 1, 1), 0)).isNotEqualTo(due);
        assertThat(paths(43, lossy, lossy).send(syn(0, 0, 1), 0)).isNotEqualTo(due);
    }

    @Test
    void a_syn_sent_again_is_no_new_connect_but_has_a_luck_of_its_own() {
        Paths paths = paths(1, Replica.live(10).synLoss(0.5));
        List<Boolean> sentAgain = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            sentAgain.add(paths.send(syn(0, 0, 77), 0) == Paths.LOST);
        }
        assertThat(sentAgain).contains(true, false);
        // In another copy there was no connect before this one; here one, however often its SYN was sent.
        paths.send(syn(1, 0, 77), 0);
        for (int i = 78; i < 78 + 64; i++) {
            assertThat(paths.send(syn(0, 0, i), 0)).isEqualTo(paths.send(syn(1, 0, i), 0));
        }
    }

    @Test
    void counts_every_syn_sent_and_every_reset_of_either_side() {
        Paths paths = paths(1, Replica.live(10).synLoss(1), Replica.live(10));
        paths.send(syn(1, 0, 7), 0);
        paths.send(syn(1, 0, 7), 1_000 * MILLI);
        paths.send(toServer(Family.IPV4, 1, 1, IpPacket.RST, 8), 0);
        paths.send(toClient(1, 1, IpPacket.RST | IpPacket.ACK), 0);
        paths.send(toClient(1, 1, IpPacket.SYN | IpPacket.ACK), 0);
        assertThat(sightings.of(1, 0)).isEqualTo(new Traffic(2, 0, 0));
        assertThat(sightings.of(1, 1)).isEqualTo(new Traffic(0, 0, 2));
        assertThat(sightings.of(0, 0)).isEqualTo(Traffic.NONE);
    }

    @Test
    void a_black_hole_swallows_both_directions_while_it_is_one() {
        Duration from = Duration.ofSeconds(1);
        Duration until = Duration.ofSeconds(2);
        Paths paths = paths(1, Replica.live(10).with(Fault.BLACK_HOLE).during(from, until));
        assertThat(paths.send(syn(0, 0, 1), 999 * MILLI)).isEqualTo(1_004 * MILLI);
        assertThat(paths.send(syn(0, 0, 2), 1_000 * MILLI)).isEqualTo(Paths.LOST);
        assertThat(paths.send(toClient(0, 0, IpPacket.ACK), 1_999 * MILLI)).isEqualTo(Paths.LOST);
        assertThat(paths.send(toClient(0, 0, IpPacket.ACK), 2_000 * MILLI)).isEqualTo(2_005 * MILLI);
        assertThat(sightings.of(0, 0).syns()).isEqualTo(2);
    }

    @Test
    void an_unreachable_host_is_told_of_after_a_whole_rtt_and_hears_nothing() {
        Paths paths = paths(1, Replica.live(10).with(Fault.UNREACHABLE));
        IpPacket syn = syn(0, 0, 1);
        assertThat(paths.send(syn, 0)).isEqualTo(10 * MILLI);
        assertThat(syn.isTcp()).isFalse();
        assertThat(paths.send(toServer(Family.IPV4, 0, 0, IpPacket.ACK, 2), 0)).isEqualTo(Paths.LOST);
        assertThat(paths.send(toClient(0, 0, IpPacket.ACK), 0)).isEqualTo(Paths.LOST);
    }

    @Test
    void what_goes_to_no_server_is_lost_and_not_counted() {
        Paths paths = paths(1, Replica.live(10));
        assertThat(paths.send(syn(COPIES, 0, 1), 0)).isEqualTo(Paths.LOST);
        assertThat(paths.send(syn(0, 1, 1), 0)).isEqualTo(Paths.LOST);
        assertThat(paths.send(toServer(Family.IPV4, -1, 0, IpPacket.SYN, 1), 0)).isEqualTo(Paths.LOST);
        assertThat(sightings.of(0, 1)).isEqualTo(Traffic.NONE);
    }

    @Test
    void nothing_arrives_or_counts_after_the_end() {
        Paths paths = paths(1, Replica.live(10));
        paths.close();
        assertThat(paths.send(syn(0, 0, 1), 0)).isEqualTo(Paths.LOST);
        assertThat(sightings.of(0, 0)).isEqualTo(Traffic.NONE);
    }

    private Paths paths(long seed, Replica... replicas) {
        return new Paths(Packets.SERVER_PORT, List.of(replicas), COPIES, seed, 0, sightings);
    }

    /** Another sequence number is another connect. */
    private static IpPacket syn(int copy, int replica, int sequenceNumber) {
        return toServer(Family.IPV4, copy, replica, IpPacket.SYN, sequenceNumber);
    }
}
