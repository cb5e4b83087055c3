package dev.connie;

import dev.connie.race.RacePolicy;
import dev.connie.testing.LoopbackNetwork;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code src/test/sh/count-syscalls.sh} counts the system calls of. {@code serve N} makes N addresses, silent ones
 * and a server that comes last, and prints them; {@code race M PORT ADDRESS...} races them M times.
 */
final class SyscallLoad {
    private SyscallLoad() {}

    public static void main(String[] args) throws IOException {
        if (args[0].equals("serve")) {
            serve(Integer.parseInt(args[1]));
        } else {
            race(
                    Integer.parseInt(args[1]),
                    Integer.parseInt(args[2]),
                    List.of(args).subList(3, args.length));
        }
    }

    private static void serve(int addresses) throws IOException {
        LoopbackNetwork network = LoopbackNetwork.open();
        StringBuilder line = new StringBuilder().append(network.port());
        for (int i = 1; i < addresses; i++) {
            line.append(' ').append(network.silent().getHostAddress());
        }
        ServerSocket server = network.listening();
        System.out.println(line.append(' ').append(server.getInetAddress().getHostAddress()));
        while (true) {
            try (Socket peer = server.accept()) {
                peer.getInputStream().read();
            }
        }
    }

    private static void race(int races, int port, List<String> hosts) throws IOException {
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (String host : hosts) {
            addresses.add(new InetSocketAddress(InetAddress.getByName(host), port));
        }
        Connector connector = Connector.builder().policy(RacePolicy.allAtOnce()).build();
        for (int i = 0; i < races; i++) {
            connector.connect(addresses, Duration.ofSeconds(20)).close();
        }
    }
}
