package dev.connie;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.connie.internal.socket.RacingSocket;
import dev.connie.testing.LoopbackNetwork;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Properties;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a library does that has the name of a class only. */
class ConnieSocketFactoryTest {
    @AfterEach
    void clear() {
        System.clearProperty("dev.connie.policy");
        System.clearProperty("dev.connie.maxAttemptsInFlight");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev.connie.ConnieSocketFactory", "dev.connie.ConnieSSLSocketFactory"})
    void eachConstructorThatLibrariesLookForIsThere(String name) throws Exception {
        Class<?> factory = Class.forName(name);

        assertThat(List.of(
                        factory.getConstructor().newInstance(),
                        factory.getConstructor(String.class).newInstance((String) null),
                        factory.getConstructor(Properties.class).newInstance(new Properties())))
                .allSatisfy(made -> assertThat(made).isInstanceOf(SocketFactory.class));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev.connie.ConnieSocketFactory", "dev.connie.RacingSocketFactory"})
    void theDefaultOfANameRaces(String name) throws Exception {
        SocketFactory factory =
                (SocketFactory) Class.forName(name).getMethod("getDefault").invoke(null);

        try (Socket socket = factory.createSocket()) {
            assertThat(socket).isInstanceOf(RacingSocket.class);
        }
    }

    @Test
    void theDefaultOfTheTwinSpeaksTls() throws Exception {
        Object factory = ConnieSSLSocketFactory.class.getMethod("getDefault").invoke(null);

        assertThat(factory).isInstanceOf(SSLSocketFactory.class);
        try (Socket socket = ((SocketFactory) factory).createSocket()) {
            assertThat(socket).isInstanceOf(SSLSocket.class);
        }
    }

    @Test
    void allFactoriesShareOneConnector() {
        assertThat(RacingSocketFactory.getDefault())
                .isSameAs(RacingSocketFactory.getDefault())
                .isSameAs(ConnieSocketFactory.getDefault())
                .isSameAs(ProcessConnectors.socketFactory(" "));
    }

    @Test
    void anArgumentIsAPolicyThatItsFactoriesShare() {
        assertThat(ProcessConnectors.socketFactory("rfc8305"))
                .isSameAs(ProcessConnectors.socketFactory("rfc8305"))
                .isNotSameAs(ProcessConnectors.socketFactory("allAtOnce"));
        assertThat(new ConnieSocketFactory("rfc8305").toString()).contains("rfc8305");
        assertThat(new ConnieSocketFactory("adaptive").toString()).isEqualTo(new ConnieSocketFactory().toString());
    }

    @Test
    void pgjdbcHandsItsArgumentOverAmongTheProperties() {
        Properties connection = new Properties();
        connection.setProperty("user", "somebody");
        connection.setProperty("socketFactoryArg", "rfc8305");

        assertThat(new ConnieSocketFactory(connection).toString()).contains("rfc8305");
    }

    @Test
    void anArgumentThatIsNoPolicyIsAnErrorThatSaysWhatThereIs() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ConnieSocketFactory("fastest"))
                .withMessage("The socket factory's argument is \"fastest\": it must be adaptive, allAtOnce or rfc8305");
    }

    @Test
    void aBadPropertyIsSaidEachTimeUntilItIsGood() throws Exception {
        System.setProperty("dev.connie.policy", "fastest");
        String said = "System property dev.connie.policy is \"fastest\": it must be adaptive, allAtOnce or rfc8305";

        for (int i = 0; i < 2; i++) {
            assertThatIllegalArgumentException()
                    .isThrownBy(ConnieSocketFactory::new)
                    .withMessage(said);
            assertThatIllegalArgumentException()
                    .isThrownBy(ConnieSSLSocketFactory::getDefault)
                    .withMessage(said);
            assertThatExceptionOfType(InvocationTargetException.class)
                    .isThrownBy(() ->
                            RacingSocketFactory.class.getMethod("getDefault").invoke(null))
                    .havingCause()
                    .withMessage(said);
        }

        System.setProperty("dev.connie.policy", "allAtOnce");
        assertThat(new ConnieSocketFactory().toString()).contains("allAtOnce");
    }

    @Test
    void aBadLimitIsSaidThoughAPolicyIsGood() throws Exception {
        // In a process of its own: here a connector has been made.
        String printed =
                ChildJvm.run(1024, List.of("-Ddev.connie.maxAttemptsInFlight=0"), MakesAFactory.class, "rfc8305");

        assertThat(printed)
                .contains(
                        "System property dev.connie.maxAttemptsInFlight is \"0\": it must be a whole number from 1 to 64");
    }

    /** Prints why a factory cannot be made. */
    static final class MakesAFactory {
        public static void main(String[] args) {
            try {
                System.out.println(new ConnieSocketFactory(args[0]));
            } catch (IllegalArgumentException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    void eachWayToCreateASocketConnects() throws IOException {
        try (LoopbackNetwork network = LoopbackNetwork.open()) {
            ServerSocket server = network.listening();
            InetAddress address = server.getInetAddress();
            String literal = address.getHostAddress();
            InetAddress local = InetAddress.getLoopbackAddress();
            SocketFactory factory = new ConnieSocketFactory();

            try (Socket first = factory.createSocket(literal, network.port());
                    Socket second = factory.createSocket(literal, network.port(), local, 0);
                    Socket third = factory.createSocket(address, network.port());
                    Socket fourth = factory.createSocket(address, network.port(), local, 0)) {
                assertThat(List.of(first, second, third, fourth))
                        .allSatisfy(socket -> assertThat(socket.getRemoteSocketAddress())
                                .isEqualTo(new InetSocketAddress(address, network.port())));
            }
        }
    }
}
