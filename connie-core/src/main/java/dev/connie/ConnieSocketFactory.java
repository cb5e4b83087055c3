package dev.connie;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Properties;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A {@link RacingSocketFactory} that can be made from its name alone, for libraries that take a socket factory as the name
 * of a class: JDBC drivers, JNDI, Jakarta Mail. It has each constructor that they look for.
 *
 * <p>All instances race by one connector of the process, so it does not matter that some libraries make a factory for each
 * connection. System properties say how it races; they are read when the first factory is made:
 *
 * <table>
 * <caption>System properties</caption>
 * <tr><th>name</th><th>value</th><th>unless set</th></tr>
 * <tr><td>{@code dev.connie.policy}</td><td>{@code adaptive}, {@code allAtOnce} or {@code rfc8305}: see {@link
 *     dev.connie.race.RacePolicy}</td><td>{@code adaptive}</td></tr>
 * <tr><td>{@code dev.connie.maxAttemptsInFlight}</td><td>1 to 64: see {@link
 *     Connector.Builder#maxAttemptsInFlight}</td><td>16</td></tr>
 * <tr><td>{@code dev.connie.raceToFirstByte}</td><td>{@code true} or {@code false}: see {@link
 *     Connector.Builder#raceToFirstByte}</td><td>{@code true}</td></tr>
 * </table>
 *
 * <p>With a bad value no factory can be made: each constructor, and {@link #getDefault}, throws an {@link
 * IllegalArgumentException} that names the property, the value and what is allowed.
 *
 * <p>A library that takes an object is better served by {@link Connector#socketFactory()}, and one that wants a factory
 * whose sockets speak TLS by {@link ConnieSSLSocketFactory}. Thread-safe.
 */
public final class ConnieSocketFactory extends SocketFactory {
    private final RacingSocketFactory sockets;

    /** Makes a factory that races as the system properties say. */
    public ConnieSocketFactory() {
        this((String) null);
    }

    /**
     * Makes a factory that races by a policy of its own, which all factories with this argument share: for data sources
     * that differ from the rest of the process.
     *
     * @param policy {@code adaptive}, {@code allAtOnce} or {@code rfc8305}; null or blank for what the system properties say
     */
    public ConnieSocketFactory(@Nullable String policy) {
        sockets = ProcessConnectors.socketFactory(policy);
    }

    /**
     * Makes a factory for pgjdbc, which hands over all properties of the connection. Of these {@code socketFactoryArg}, if
     * it is there, is the argument of {@link #ConnieSocketFactory(String)}; no other is looked at.
     */
    public ConnieSocketFactory(Properties properties) {
        this(properties.getProperty("socketFactoryArg"));
    }

    /** Returns the factory that races as the system properties say, for JNDI and Jakarta Mail. */
    public static SocketFactory getDefault() {
        return ProcessConnectors.socketFactory();
    }

    @Override
    public Socket createSocket() {
        return sockets.createSocket();
    }

    @Override
    public Socket createSocket(@Nullable String host, int port) throws IOException {
        return sockets.createSocket(host, port);
    }

    @Override
    public Socket createSocket(@Nullable String host, int port, @Nullable InetAddress localAddress, int localPort)
            throws IOException {
        return sockets.createSocket(host, port, localAddress, localPort);
    }

    @Override
    public Socket createSocket(InetAddress address, int port) throws IOException {
        return sockets.createSocket(address, port);
    }

    @Override
    public Socket createSocket(InetAddress address, int port, @Nullable InetAddress localAddress, int localPort)
            throws IOException {
        return sockets.createSocket(address, port, localAddress, localPort);
    }

    @Override
    public String toString() {
        return "ConnieSocketFactory[" + sockets + "]";
    }
}
