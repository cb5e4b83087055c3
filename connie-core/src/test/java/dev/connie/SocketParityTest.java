package dev.connie;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Our sockets do what plain sockets do, on whatever JDK this runs: every case is played with both and compared. */
class SocketParityTest {
    static List<SocketPlay.Case> cases() {
        List<SocketPlay.Case> cases = new ArrayList<>();
        cases.addAll(OptionCases.all());
        cases.addAll(AddressCases.all());
        cases.addAll(StreamCases.all());
        cases.addAll(EndCases.all());
        cases.addAll(InterruptCases.all());
        return cases;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void does_what_a_plain_socket_does(SocketPlay.Case each) throws Exception {
        List<String> plain = SocketPlay.seenIn(each.script(), new Socket());
        List<String> ours = SocketPlay.seenIn(
                each.script(), Connector.create().socketFactory().createSocket());

        assertThat(plain).as(each.name()).last().asString().isEqualTo("case: played");
        assertThat(ours).as(each.name()).containsExactlyElementsOf(plain);
    }
}
