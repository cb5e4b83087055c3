package dev.connie.examples;

import dev.connie.Connector;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/** Opens a plain socket, to whichever address of the host answers first. Any library that takes such a factory can. */
public final class SocketFactoryExample {
    private SocketFactoryExample() {}

    public static void main(String[] args) throws IOException {
        String host = args.length > 0 ? args[0] : "example.com";
        int port = args.length > 1 ? Integer.parseInt(args[1]) : 443;

        // Make one factory and keep it. It is thread-safe.
        SocketFactory sockets = Connector.create().socketFactory();

        try (Socket socket = sockets.createSocket()) {
            socket.connect(new InetSocketAddress(host, port), 5_000);
            System.out.println("connected to " + socket.getRemoteSocketAddress());
        }
    }
}
