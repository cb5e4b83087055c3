package dev.connie.race;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.race.FirstAnswer.Kind;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whether a server speaks TLS, from as few bytes as tell: trap 7. */
class FirstAnswerTest {
    /** What it is after each byte, until no more are wanted. */
    private static List<Kind> kinds(int... bytes) {
        FirstAnswer answer = new FirstAnswer();
        List<Kind> kinds = new ArrayList<>();
        for (int next : bytes) {
            if (answer.wanted() == 0) {
                break;
            }
            answer.bytes()[answer.length()] = (byte) next;
            answer.added(1);
            kinds.add(answer.kind());
        }
        return kinds;
    }

    private static Kind kind(int... bytes) {
        List<Kind> kinds = kinds(bytes);
        return kinds.get(kinds.size() - 1);
    }

    @Test
    void a_handshake_record_speaks_from_its_first_byte() {
        assertThat(kinds(0x16, 3, 3)).containsExactly(Kind.SPEAKS, Kind.SPEAKS, Kind.SPEAKS);
    }

    @Test
    void an_alert_is_read_to_its_end() {
        assertThat(kinds(0x15, 3, 3, 0, 2, 2, 40))
                .containsExactly(Kind.OPEN, Kind.OPEN, Kind.OPEN, Kind.OPEN, Kind.OPEN, Kind.OPEN, Kind.REFUSES);
    }

    @Test
    void a_warning_speaks_unless_it_is_a_goodbye() {
        assertThat(kind(0x15, 3, 3, 0, 2, 1, 112)).isEqualTo(Kind.SPEAKS);
        assertThat(kind(0x15, 3, 3, 0, 2, 1, 0)).isEqualTo(Kind.REFUSES);
    }

    @Test
    void everything_else_is_something_else() {
        assertThat(kind('H', 'T', 'T', 'P')).isEqualTo(Kind.OTHER);
        assertThat(kind(0x17)).isEqualTo(Kind.OTHER);
        assertThat(kind(0x15, 3, 3, 0, 3, 2, 40)).isEqualTo(Kind.OTHER);
        assertThat(kind(0x15, 3, 3, 0, 2, 3, 40)).isEqualTo(Kind.OTHER);
    }

    @Test
    void trap_1_a_client_that_reads_a_record_s_header_first_finds_just_that() {
        FirstAnswer answer = new FirstAnswer();
        assertThat(answer.wanted()).isEqualTo(5);
        answer.bytes()[0] = 0x16;
        answer.added(5);
        assertThat(answer.wanted()).isZero();
    }

    @Test
    void nothing_is_open() {
        assertThat(new FirstAnswer().kind()).isEqualTo(Kind.OPEN);
    }
}
