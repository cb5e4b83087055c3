package dev.connie.examples;

import dev.connie.Connector;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.SocketFactory;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** Talks to Redis with Jedis, at whichever address of the host answers first. */
public final class JedisExample {
    private JedisExample() {}

    public static void main(String[] args) {
        String host = args.length > 0 ? args[0] : "localhost";
        int port = args.length > 1 ? Integer.parseInt(args[1]) : 6379;
        SocketFactory sockets = Connector.create().socketFactory();

        // A JedisSocketFactory; a JedisPool and a ConnectionFactory take one as well. Jedis leaves the socket as it is.
        try (Jedis redis = new Jedis(() -> {
            try {
                Socket socket = sockets.createSocket();
                socket.connect(new InetSocketAddress(host, port), 2_000);
                socket.setSoTimeout(2_000);
                socket.setTcpNoDelay(true);
                return socket;
            } catch (IOException e) {
                throw new JedisConnectionException("Could not connect to " + host + ":" + port, e);
            }
        })) {
            System.out.println(redis.ping());
        }
    }
}
