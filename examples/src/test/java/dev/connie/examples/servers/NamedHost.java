package dev.connie.examples.servers;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.connie.testing.LoopbackNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A name that the JVM resolves to three addresses of one port: a dead one, that swallows SYNs, one that refuses, and one for
 * the test's server. And another, of which the first two are all there is.
 */
public final class NamedHost implements AutoCloseable {
    private final LoopbackNetwork network = LoopbackNetwork.open();
    private final InetAddress dead = network.silent();
    private final InetAddress refusing = network.refusing();
    private final InetAddress live = network.newAddress();
    private final String name;

    private NamedHost(String name) {
        this.name = name;
        write(name(), dead, refusing, live);
        write(nameOfTheDead(), dead, refusing);
    }

    /** Returns a host whose name begins so, and is nobody else's. */
    public static NamedHost called(String name) {
        return new NamedHost(name + "-" + ThreadLocalRandom.current().nextInt(1_000_000));
    }

    /** Returns the name that has all three addresses. */
    public String name() {
        return name + ".test";
    }

    /** Returns the name that has no live address. */
    public String nameOfTheDead() {
        return name + ".dead.test";
    }

    public int port() {
        return network.port();
    }

    /** Returns where the test's server is to listen. */
    public InetAddress live() {
        return live;
    }

    /** Returns where the test's server is to listen, in digits. */
    public String liveAddress() {
        return live.getHostAddress();
    }

    private static void write(String name, InetAddress... addresses) {
        String file = System.getProperty("jdk.net.hosts.file");
        assumeTrue(file != null, "needs -Djdk.net.hosts.file=target/test-classes/hosts, as Maven sets it");
        StringBuilder lines = new StringBuilder();
        for (InetAddress address : addresses) {
            lines.append(address.getHostAddress()).append(' ').append(name).append('\n');
        }
        try {
            Files.writeString(Path.of(file), lines, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        network.close();
    }
}
