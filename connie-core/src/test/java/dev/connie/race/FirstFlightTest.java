package dev.connie.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.race.FirstFlight.Kind;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What may be sent to a second server: one TLS ClientHello, and nothing else. */
class FirstFlightTest {
    /** A ClientHello with a body of so many bytes, in records of at most so many. */
    private static byte[] hello(int bodyLength, int recordLength) {
        byte[] message = new byte[4 + bodyLength];
        message[0] = 1;
        message[1] = (byte) (bodyLength >> 16);
        message[2] = (byte) (bodyLength >> 8);
        message[3] = (byte) bodyLength;
        Arrays.fill(message, 4, message.length, (byte) 7);
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        for (int i = 0; i < message.length; i += recordLength) {
            int length = Math.min(recordLength, message.length - i);
            records.writeBytes(new byte[] {0x16, 3, 1, (byte) (length >> 8), (byte) length});
            records.write(message, i, length);
        }
        return records.toByteArray();
    }

    private static byte[] kept(FirstFlight flight) {
        return Arrays.copyOf(flight.bytes(), flight.length());
    }

    private static byte[] and(byte[] bytes, byte... more) {
        byte[] both = Arrays.copyOf(bytes, bytes.length + more.length);
        System.arraycopy(more, 0, both, bytes.length, more.length);
        return both;
    }

    @Property
    void trap_1_is_a_hello_in_whatever_pieces_it_comes(
            @ForAll @IntRange(max = 20_000) int bodyLength,
            @ForAll @IntRange(min = 1, max = 16_384) int recordLength,
            @ForAll @IntRange(min = 1, max = 3_000) int pieceLength) {
        byte[] hello = hello(bodyLength, Math.max(recordLength, bodyLength / 1_000));
        FirstFlight flight = new FirstFlight();
        for (int i = 0; i < hello.length; i += pieceLength) {
            assertThat(flight.kind()).isIn(Kind.NOTHING, Kind.HELLO_BEGUN);
            int length = Math.min(pieceLength, hello.length - i);
            assertThat(flight.add(hello, i, length)).isEqualTo(length);
        }
        assertThat(flight.kind()).isEqualTo(Kind.HELLO);
        assertThat(kept(flight)).isEqualTo(hello);
    }

    @Property
    void trap_17_what_follows_in_the_same_write_is_left_out(
            @ForAll @IntRange(max = 2_000) int bodyLength,
            @ForAll @IntRange(min = 100, max = 16_384) int recordLength,
            @ForAll byte next) {
        byte[] hello = hello(bodyLength, recordLength);
        FirstFlight flight = new FirstFlight();
        assertThat(flight.add(and(hello, next), 0, hello.length + 1)).isEqualTo(hello.length);
        assertThat(flight.kind()).isEqualTo(Kind.OTHER);
        assertThat(kept(flight)).isEqualTo(hello);
    }

    @Test
    void trap_17_what_follows_in_the_next_write_makes_it_something_else() {
        byte[] hello = hello(100, 16_384);
        FirstFlight flight = new FirstFlight();
        flight.add(hello, 0, hello.length);
        assertThat(flight.add(new byte[] {0x14, 3, 3, 0, 1, 1}, 0, 6)).isZero();
        assertThat(flight.kind()).isEqualTo(Kind.OTHER);
    }

    @Test
    void a_record_that_has_more_than_the_hello_is_something_else() {
        byte[] hello = hello(100, 16_384);
        hello[4] += 1;
        FirstFlight flight = new FirstFlight();
        assertThat(flight.add(and(hello, (byte) 1), 0, hello.length + 1)).isZero();
        assertThat(flight.kind()).isEqualTo(Kind.OTHER);
    }

    @Test
    void a_hello_longer_than_any_is_something_else() {
        byte[] hello = hello(FirstFlight.MAX_BYTES + 1, 16_384);
        FirstFlight flight = new FirstFlight();
        flight.add(hello, 0, 10_000);
        assertThat(flight.kind()).isEqualTo(Kind.OTHER);
    }

    @Test
    void what_other_protocols_begin_with_is_something_else() {
        List<byte[]> beginnings = List.of(
                "GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII),
                "CONNECT host:443 HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII),
                new byte[] {0, 0, 0, 8, 4, (byte) 0xd2, 0x16, 0x2f}, // PostgreSQL's SSLRequest
                new byte[] {0x10, 0x0c, 0, 4, 'M', 'Q', 'T', 'T'},
                new byte[] {(byte) 0x80, 0x2e, 1, 3, 1}, // SSL 2.0
                new byte[] {0x17, 3, 3, 0, 1}, // application data
                new byte[] {0x16, 2, 0, 0, 5, 1}, // no such version
                new byte[] {0x16, 3, 1, 0, 5, 2}, // a ServerHello
                new byte[] {0x16, 3, 1, 0, 0}, // an empty record
                new byte[] {0x16, 3, 1, 0x40, 1}); // a record too long
        for (byte[] beginning : beginnings) {
            FirstFlight flight = new FirstFlight();
            assertThat(flight.add(beginning, 0, beginning.length)).isZero();
            assertThat(flight.kind()).isEqualTo(Kind.OTHER);
        }
    }

    @Test
    void what_came_before_the_end_of_the_likeness_stays() {
        FirstFlight flight = new FirstFlight();
        assertThat(flight.add(new byte[] {0x16, 3}, 0, 2)).isEqualTo(2);
        assertThat(flight.add(new byte[] {1, 0, 5, 9}, 0, 4)).isZero();
        assertThat(flight.kind()).isEqualTo(Kind.OTHER);
        assertThat(kept(flight)).containsExactly(0x16, 3);
    }

    @Test
    void nothing_is_nothing() {
        FirstFlight flight = new FirstFlight();
        assertThat(flight.add(new byte[0], 0, 0)).isZero();
        assertThat(flight.kind()).isEqualTo(Kind.NOTHING);
    }
}
