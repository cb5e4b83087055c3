package dev.connie;

import dev.connie.internal.socket.TlsOnConnectSocket;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.NoSuchAlgorithmException;
import java.util.Properties;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * The {@link ConnieSocketFactory} for libraries that want a factory which connects and speaks TLS in one step, as JNDI does
 * for ldaps. Its constructors, and the system properties that it heeds, are the same.
 *
 * <p>TLS is that of {@link SSLContext#getDefault()} when the factory is made. As with the JDK's own factory, nobody checks
 * that the certificate is the host's unless whoever asks for the socket sets {@link
 * javax.net.ssl.SSLParameters#setEndpointIdentificationAlgorithm}; JNDI does so for ldaps.
 *
 * <p>The handshake is that of the socket's first use, not of its connect. Thread-safe.
 */
public final class ConnieSSLSocketFactory extends SSLSocketFactory {
    private final RacingSocketFactory sockets;
    private final SSLSocketFactory tls;

    /** Makes a factory that races as the system properties say. */
    public ConnieSSLSocketFactory() {
        this((String) null);
    }

    /**
     * Makes a factory that races by a policy of its own.
     *
     * @param policy {@code adaptive}, {@code allAtOnce} or {@code rfc8305}; null or blank for what the system properties say
     */
    public ConnieSSLSocketFactory(@Nullable String policy) {
        sockets = ProcessConnectors.socketFactory(policy);
        try {
            tls = SSLContext.getDefault().getSocketFactory();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("The JVM's default TLS context cannot be made: " + e.getMessage(), e);
        }
    }

    /**
     * Makes a factory for pgjdbc, which hands over all properties of the connection. Of these {@code socketFactoryArg}, if
     * it is there, is the argument of {@link #ConnieSSLSocketFactory(String)}; no other is looked at.
     */
    public ConnieSSLSocketFactory(Properties properties) {
        this(properties.getProperty("socketFactoryArg"));
    }

    /** Returns a new factory that races as the system properties say. */
    public static SocketFactory getDefault() {
        return new ConnieSSLSocketFactory();
    }

    /** Returns an unconnected {@link javax.net.ssl.SSLSocket}. */
    @Override
    public Socket createSocket() throws IOException {
        return new TlsOnConnectSocket(sockets.createSocket(), tls);
    }

    @Override
    public Socket createSocket(@Nullable String host, int port) throws IOException {
        return overTls(sockets.createSocket(host, port), host, port);
    }

    @Override
    public Socket createSocket(@Nullable String host, int port, @Nullable InetAddress localAddress, int localPort)
            throws IOException {
        return overTls(sockets.createSocket(host, port, localAddress, localPort), host, port);
    }

    @Override
    public Socket createSocket(InetAddress address, int port) throws IOException {
        return overTls(sockets.createSocket(address, port), nameOf(address), port);
    }

    @Override
    public Socket createSocket(InetAddress address, int port, @Nullable InetAddress localAddress, int localPort)
            throws IOException {
        return overTls(sockets.createSocket(address, port, localAddress, localPort), nameOf(address), port);
    }

    /** Does what the JDK's factory does: nothing is raced, since the socket is connected. */
    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
        return tls.createSocket(socket, host, port, autoClose);
    }

    /** Does what the JDK's factory does, on the server's side. */
    @Override
    public Socket createSocket(Socket socket, InputStream consumed, boolean autoClose) throws IOException {
        return tls.createSocket(socket, consumed, autoClose);
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return tls.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return tls.getSupportedCipherSuites();
    }

    private Socket overTls(Socket connected, @Nullable String host, int port) throws IOException {
        return TlsOnConnectSocket.layered(tls, connected, host, port);
    }

    /** Returns the name that the address was looked up by, or its digits, without asking a name server. */
    private static String nameOf(InetAddress address) {
        return new InetSocketAddress(address, 0).getHostString();
    }

    @Override
    public String toString() {
        return "ConnieSSLSocketFactory[" + sockets + "]";
    }
}
