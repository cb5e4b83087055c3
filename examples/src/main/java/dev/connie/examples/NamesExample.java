package dev.connie.examples;

import dev.connie.Connector;
import dev.connie.dnsjava.DnsResolver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;

/** Connects as soon as a name server has answered for one address family, however long it takes for the other. */
public final class NamesExample {
    private NamesExample() {}

    public static void main(String[] args) throws IOException {
        String host = args.length > 0 ? args[0] : "example.com";
        int port = args.length > 1 ? Integer.parseInt(args[1]) : 443;
        DnsResolver.Builder names = DnsResolver.builder();
        if (args.length > 2) {
            // Else those of the system.
            names.nameServers(
                    List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[2]))));
        }

        // The one line that turns it on. It needs dnsjava on the class path.
        Connector connector = Connector.builder().resolver(names.build()).build();

        try (SocketChannel channel = connector.connect(host, port, Duration.ofSeconds(5))) {
            System.out.println("connected to " + channel.getRemoteAddress());
        }
    }
}
