package dev.connie;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.testing.LoopbackNetwork;
import java.io.File;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each optional part may be missing: JDK Flight Recorder, Micrometer, dnsjava, MySQL's driver, even JSpecify. */
class NothingButConnieTest {
    @Test
    void everyDoorWorksOnTheModuleJavaBaseAlone() throws Exception {
        try (LoopbackNetwork network = LoopbackNetwork.open()) {
            String said = ChildJvm.run(
                    1000,
                    List.of("--limit-modules", "java.base", "-cp", classesOfThisModule()),
                    EachDoor.class,
                    network.listening().getInetAddress().getHostAddress(),
                    String.valueOf(network.port()));
            assertThat(said).isEqualTo("""
                    present: []
                    won: 5
                    """);
        }
    }

    /** What is compiled here is in folders, and what others made is in jars. */
    private static String classesOfThisModule() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> Files.isDirectory(Path.of(entry)))
                .collect(Collectors.joining(File.pathSeparator));
    }

    static final class EachDoor {
        private static final List<String> OPTIONAL = List.of(
                "jdk.jfr.FlightRecorder",
                "io.micrometer.core.instrument.MeterRegistry",
                "org.xbill.DNS.Message",
                "com.mysql.cj.protocol.StandardSocketFactory",
                "org.jspecify.annotations.Nullable");

        public static void main(String[] args) throws Exception {
            String host = args[0];
            int port = Integer.parseInt(args[1]);
            Duration timeout = Duration.ofSeconds(20);
            int won = 0;
            try (Connector connector = Connector.builder().sampleRegret(1).build();
                    SocketChannel byAddress = connector.connect(List.of(new InetSocketAddress(host, port)), timeout);
                    SocketChannel byName = connector.connect(host, port, timeout);
                    SocketChannel later =
                            connector.connectAsync(host, port, timeout).get(20, TimeUnit.SECONDS);
                    Socket byObject = connector.socketFactory().createSocket(host, port);
                    Socket byClassName = new ConnieSocketFactory().createSocket(host, port)) {
                for (SocketChannel channel : List.of(byAddress, byName, later)) {
                    won += channel.isConnected() ? 1 : 0;
                }
                for (Socket socket : List.of(byObject, byClassName)) {
                    socket.getOutputStream().write(1);
                    won++;
                }
            }
            System.out.println(
                    "present: " + OPTIONAL.stream().filter(EachDoor::isPresent).toList());
            System.out.println("won: " + won);
        }

        private static boolean isPresent(String name) {
            try {
                Class.forName(name);
                return true;
            } catch (ClassNotFoundException absent) {
                return false;
            }
        }
    }
}
