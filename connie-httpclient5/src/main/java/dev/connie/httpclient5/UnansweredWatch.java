package dev.connie.httpclient5;

import dev.connie.RaceBooks;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.client5.http.nio.ManagedAsyncClientConnection;
import org.apache.hc.core5.http.EndpointDetails;
import org.apache.hc.core5.util.Identifiable;
import org.jspecify.annotations.Nullable;

/**
 * Sees whether a connection without TLS is closed although it was asked something and never gave an answer, and tells
 * the books. A connection with TLS has answered in its handshake.
 *
 * <p>A proxy because the interface gets new methods with new versions of HttpClient, and each must reach the connection.
 */
final class UnansweredWatch implements InvocationHandler {
    private final ManagedAsyncClientConnection connection;
    private final InetSocketAddress address;
    private final RaceBooks books;
    private final AtomicBoolean closed = new AtomicBoolean();

    private UnansweredWatch(ManagedAsyncClientConnection connection, InetSocketAddress address, RaceBooks books) {
        this.connection = connection;
        this.address = address;
        this.books = books;
    }

    /** Returns a proxy of the connection that is watched. */
    static ManagedAsyncClientConnection of(
            ManagedAsyncClientConnection connection, InetSocketAddress address, RaceBooks books) {
        return (ManagedAsyncClientConnection) Proxy.newProxyInstance(
                UnansweredWatch.class.getClassLoader(),
                new Class<?>[] {ManagedAsyncClientConnection.class, Identifiable.class},
                new UnansweredWatch(connection, address, books));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        switch (method.getName()) {
            case "close" -> look();
            case "getId" -> {
                // The one method that the other interface declares.
                return connection instanceof Identifiable named ? named.getId() : connection.toString();
            }
            case "equals" -> {
                return proxy == (arguments == null ? null : arguments[0]);
            }
            default -> {}
        }
        try {
            return method.invoke(connection, arguments);
        } catch (InvocationTargetException e) {
            throw e.getTargetException();
        }
    }

    /** Looks what was sent and received; as a rule before the connection is closed, while it can still tell. */
    private void look() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        EndpointDetails details = connection.getEndpointDetails();
        if (details != null && details.getSentBytesCount() > 0 && details.getReceivedBytesCount() == 0) {
            books.disappointed(address);
        }
    }
}
