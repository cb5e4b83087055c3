package dev.connie.internal.socket;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import javax.net.ssl.HandshakeCompletedEvent;
import javax.net.ssl.HandshakeCompletedListener;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A TLS socket over one that is not connected yet. JSSE layers TLS over connected sockets only, and connects by itself
 * otherwise; so this one connects the given socket, and layers TLS over it then. What is set before is kept in an unconnected
 * socket of JSSE's own, which opens nothing, and copied.
 *
 * <p>The handshake is that of the first use, as with a socket of JSSE's own.
 */
public final class TlsOnConnectSocket extends SslSocketOverPlain {
    private final SSLSocketFactory factory;
    private final List<HandshakeCompletedListener> listeners = new CopyOnWriteArrayList<>();

    /** JSSE's socket: unconnected at first, then the one over the plain socket. Written by the thread that connects, read by all. */
    private volatile SSLSocket tls;

    /**
     * @param plain unconnected; it is this socket's from now on
     * @param factory makes JSSE's sockets
     */
    public TlsOnConnectSocket(Socket plain, SSLSocketFactory factory) throws IOException {
        super(plain);
        this.factory = factory;
        this.tls = (SSLSocket) factory.createSocket();
    }

    /** Layers TLS over a connected socket, which is closed if that fails. A host of null is known by its address. */
    public static SSLSocket layered(SSLSocketFactory factory, Socket connected, @Nullable String host, int port)
            throws IOException {
        try {
            return (SSLSocket) factory.createSocket(connected, host, port, true);
        } catch (Throwable failure) {
            connected.close();
            throw failure;
        }
    }

    @Override
    public void connect(SocketAddress endpoint) throws IOException {
        connect(endpoint, 0);
    }

    @Override
    public void connect(SocketAddress endpoint, int timeout) throws IOException {
        plain.connect(endpoint, timeout);
        // No look-up: the plain socket would not have connected to another kind of address.
        InetSocketAddress peer = (InetSocketAddress) endpoint;
        SSLSocket connected = layered(factory, plain, peer.getHostString(), peer.getPort());
        SSLSocket before = tls;
        connected.setUseClientMode(before.getUseClientMode());
        connected.setEnableSessionCreation(before.getEnableSessionCreation());
        connected.setSSLParameters(before.getSSLParameters());
        connected.setHandshakeApplicationProtocolSelector(before.getHandshakeApplicationProtocolSelector());
        connected.addHandshakeCompletedListener(this::tellListeners);
        tls = connected;
    }

    private void tellListeners(HandshakeCompletedEvent event) {
        HandshakeCompletedEvent ours = new HandshakeCompletedEvent(this, event.getSession());
        listeners.forEach(listener -> listener.handshakeCompleted(ours));
    }

    @Override
    public void addHandshakeCompletedListener(HandshakeCompletedListener listener) {
        if (listener == null) {
            throw new IllegalArgumentException("listener is null");
        }
        listeners.add(listener);
    }

    @Override
    public void removeHandshakeCompletedListener(HandshakeCompletedListener listener) {
        if (!listeners.remove(listener)) {
            throw new IllegalArgumentException("listener was not added");
        }
    }

    /** Ends a connect as well. */
    @Override
    public void close() throws IOException {
        try (plain) {
            tls.close();
        }
    }

    @Override
    public boolean isClosed() {
        return plain.isClosed() || tls.isClosed();
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return tls.getInputStream();
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return tls.getOutputStream();
    }

    @Override
    public void shutdownInput() throws IOException {
        tls.shutdownInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
        tls.shutdownOutput();
    }

    @Override
    public boolean isInputShutdown() {
        return tls.isInputShutdown();
    }

    @Override
    public boolean isOutputShutdown() {
        return tls.isOutputShutdown();
    }

    @Override
    public void startHandshake() throws IOException {
        tls.startHandshake();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return tls.getSupportedCipherSuites();
    }

    @Override
    public String[] getEnabledCipherSuites() {
        return tls.getEnabledCipherSuites();
    }

    @Override
    public String[] getSupportedProtocols() {
        return tls.getSupportedProtocols();
    }

    @Override
    public String[] getEnabledProtocols() {
        return tls.getEnabledProtocols();
    }

    @Override
    public void setEnabledCipherSuites(String[] suites) {
        tls.setEnabledCipherSuites(suites);
    }

    @Override
    public void setEnabledProtocols(String[] protocols) {
        tls.setEnabledProtocols(protocols);
    }

    @Override
    public SSLSession getSession() {
        return tls.getSession();
    }

    @Override
    public @Nullable SSLSession getHandshakeSession() {
        return tls.getHandshakeSession();
    }

    @Override
    public void setUseClientMode(boolean on) {
        tls.setUseClientMode(on);
    }

    @Override
    public boolean getUseClientMode() {
        return tls.getUseClientMode();
    }

    @Override
    public void setNeedClientAuth(boolean on) {
        tls.setNeedClientAuth(on);
    }

    @Override
    public boolean getNeedClientAuth() {
        return tls.getNeedClientAuth();
    }

    @Override
    public void setWantClientAuth(boolean on) {
        tls.setWantClientAuth(on);
    }

    @Override
    public boolean getWantClientAuth() {
        return tls.getWantClientAuth();
    }

    @Override
    public void setEnableSessionCreation(boolean on) {
        tls.setEnableSessionCreation(on);
    }

    @Override
    public boolean getEnableSessionCreation() {
        return tls.getEnableSessionCreation();
    }

    @Override
    public SSLParameters getSSLParameters() {
        return tls.getSSLParameters();
    }

    @Override
    public void setSSLParameters(SSLParameters parameters) {
        tls.setSSLParameters(parameters);
    }

    @Override
    public @Nullable String getApplicationProtocol() {
        return tls.getApplicationProtocol();
    }

    @Override
    public @Nullable String getHandshakeApplicationProtocol() {
        return tls.getHandshakeApplicationProtocol();
    }

    @Override
    public void setHandshakeApplicationProtocolSelector(
            @Nullable BiFunction<SSLSocket, List<String>, String> selector) {
        tls.setHandshakeApplicationProtocolSelector(selector);
    }

    @Override
    public @Nullable BiFunction<SSLSocket, List<String>, String> getHandshakeApplicationProtocolSelector() {
        return tls.getHandshakeApplicationProtocolSelector();
    }

    @Override
    public void setOOBInline(boolean on) throws SocketException {
        tls.setOOBInline(on);
    }

    @Override
    public boolean getOOBInline() throws SocketException {
        return tls.getOOBInline();
    }

    @Override
    public void sendUrgentData(int data) throws IOException {
        tls.sendUrgentData(data);
    }

    @Override
    public String toString() {
        return "TlsOnConnectSocket[" + plain + "]";
    }
}
