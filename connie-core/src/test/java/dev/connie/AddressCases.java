package dev.connie;

import dev.connie.SocketPlay.Case;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Cases of {@link SocketParityTest}: bind, connect, and what a socket says about itself. */
final class AddressCases {
    private AddressCases() {}

    static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        binding(cases);
        connecting(cases);
        return cases;
    }

    private static void binding(List<Case> cases) {
        for (String local : List.of("127.0.0.1", "127.0.0.7", "0.0.0.0", "::", "::1")) {
            cases.add(new Case("bind to " + local + ", connect", play -> {
                play.attempt("bind", () -> play.socket.bind(new InetSocketAddress(local, 0)));
                play.seeState("bound");
                play.attempt("bind again", () -> play.socket.bind(new InetSocketAddress(local, 0)));
                play.attempt("connect", () -> play.socket.connect(play.target()));
                play.seeState("connected");
                play.attempt("bind after", () -> play.socket.bind(new InetSocketAddress(local, 0)));
                play.socket.close();
                play.seeState("closed");
                play.attempt("bind closed", () -> play.socket.bind(new InetSocketAddress(local, 0)));
            }));
            cases.add(new Case("bind to " + local + ", close", play -> {
                play.attempt("bind", () -> play.socket.bind(new InetSocketAddress(local, 0)));
                play.socket.close();
                play.seeState("closed");
            }));
            cases.add(new Case("bind to " + local + " and a fixed port, connect", play -> {
                int port;
                try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName(local))) {
                    port = free.getLocalPort();
                }
                play.namePort(port, "<local>");
                play.attempt("bind", () -> play.socket.bind(new InetSocketAddress(local, port)));
                play.seeState("bound");
                play.see("getReuseAddress", play.socket::getReuseAddress);
                play.attempt("connect", () -> play.socket.connect(play.target()));
                play.seeState("connected");
                play.see("getReuseAddress", play.socket::getReuseAddress);
            }));
        }
        cases.add(new Case("bind to null", play -> {
            play.attempt("bind", () -> play.socket.bind(null));
            play.seeState("bound");
            play.connect();
            play.seeState("connected");
        }));
        cases.add(new Case("bind to a port in use", play -> {
            play.attempt("bind", () -> play.socket.bind(play.target()));
            play.seeState("not bound");
            play.attempt("bind elsewhere", () -> play.socket.bind(new InetSocketAddress("127.0.0.1", 0)));
            play.connect();
            play.seeState("connected");
        }));
        cases.add(new Case("bind to a port that another socket is bound to", play -> {
            Socket other = play.toClose(new Socket());
            other.bind(new InetSocketAddress("127.0.0.1", 0));
            play.attempt("bind", () -> play.socket.bind(other.getLocalSocketAddress()));
        }));
        cases.add(new Case("bind to an address that is not ours", play -> {
            play.attempt("bind", () -> play.socket.bind(new InetSocketAddress("192.0.2.250", 0)));
            play.seeState("not bound");
            play.attempt("connect", () -> play.socket.connect(play.target()));
        }));
        cases.add(new Case("bind to what is no address", play -> {
            play.attempt("unresolved", () -> play.socket.bind(InetSocketAddress.createUnresolved("host.test", 0)));
            play.attempt("unknown type", () -> play.socket.bind(new UnknownAddress()));
            play.seeState("not bound");
        }));
        cases.add(new Case("bind after connect", play -> {
            play.connect();
            play.attempt("bind", () -> play.socket.bind(new InetSocketAddress("127.0.0.1", 0)));
        }));
    }

    private static void connecting(List<Case> cases) {
        cases.add(new Case("state, unconnected and closed", play -> {
            play.seeState("new");
            play.socket.close();
            play.seeState("closed");
        }));
        cases.add(new Case("state, connected and closed", play -> {
            play.connect();
            play.seeState("connected");
            play.socket.close();
            play.seeState("closed");
        }));
        cases.add(new Case("the peer sees the address that the socket says it has", play -> {
            Socket peer = play.connect();
            play.note("peer", peer.getRemoteSocketAddress());
            play.see("same", () -> peer.getRemoteSocketAddress().equals(play.socket.getLocalSocketAddress()));
        }));
        for (int timeout : new int[] {0, 5000}) {
            cases.add(new Case("connect, timeout " + timeout, play -> {
                play.attempt("connect", () -> play.socket.connect(play.target(), timeout));
                play.seeState("connected");
            }));
            cases.add(new Case("connect to a port where nobody listens, timeout " + timeout, play -> {
                play.attempt("connect", () -> play.socket.connect(play.refusing(), timeout));
                play.seeState("failed");
                play.attempt("connect again", () -> play.socket.connect(play.target(), timeout));
                play.seeState("failed again");
                play.attempt("close", play.socket::close);
                play.seeState("closed");
            }));
            cases.add(new Case("connect to port 0, timeout " + timeout, play -> {
                play.attempt("connect", () -> play.socket.connect(new InetSocketAddress("127.0.0.1", 0), timeout));
            }));
        }
        cases.add(new Case("connect to an address that does not answer", play -> {
            play.attempt("connect", () -> play.socket.connect(play.silent(), 50));
            play.seeState("failed");
            play.attempt("connect again", () -> play.socket.connect(play.target(), 50));
        }));
        cases.add(new Case("connect twice", play -> {
            play.connect();
            play.attempt("again", () -> play.socket.connect(play.target()));
            play.attempt("again, with a timeout", () -> play.socket.connect(play.target(), 1000));
            play.seeState("connected");
        }));
        cases.add(new Case("connect once closed", play -> {
            play.socket.close();
            play.attempt("connect", () -> play.socket.connect(play.target()));
        }));
        cases.add(new Case("connect, options first, then closed", play -> {
            play.socket.setTcpNoDelay(true);
            play.socket.close();
            play.attempt("connect", () -> play.socket.connect(play.target()));
        }));
        cases.add(new Case("connect to what is no address", play -> {
            play.attempt("null", () -> play.socket.connect(null));
            play.attempt("unknown type", () -> play.socket.connect(new UnknownAddress()));
            play.attempt("negative timeout", () -> play.socket.connect(play.target(), -1));
            play.seeState("as before");
            play.attempt("unresolved", () -> play.socket.connect(InetSocketAddress.createUnresolved("host.test", 80)));
            play.seeState("unresolved");
            play.see("option", play.socket::getTcpNoDelay);
            play.attempt("connect", () -> play.socket.connect(play.target()));
            play.seeState("after all");
        }));
        for (String wildcard : List.of("0.0.0.0", "::")) {
            cases.add(new Case("connect to " + wildcard, play -> {
                ServerSocket server = play.toClose(new ServerSocket(0));
                play.namePort(server.getLocalPort(), "<server>");
                play.attempt(
                        "connect",
                        () -> play.socket.connect(new InetSocketAddress(wildcard, server.getLocalPort()), 5000));
                play.seeState("connected");
            }));
        }
        cases.add(new Case("connect over IPv6", play -> {
            if (hasIpv6()) {
                ServerSocket server = play.toClose(new ServerSocket(0, 5, InetAddress.getByName("::1")));
                play.namePort(server.getLocalPort(), "<server>");
                play.socket.setTcpNoDelay(true);
                play.attempt("connect", () -> play.socket.connect(server.getLocalSocketAddress(), 5000));
                play.seeState("connected");
                Socket peer = play.toClose(server.accept());
                peer.getOutputStream().write(5);
                play.see("read", play.socket.getInputStream()::read);
            }
        }));
        cases.add(new Case("connect from IPv6 to IPv4", play -> {
            if (hasIpv6()) {
                play.attempt("bind", () -> play.socket.bind(new InetSocketAddress("::1", 0)));
                play.attempt("connect", () -> play.socket.connect(play.target(), 5000));
                play.seeState("failed");
            }
        }));
        cases.add(new Case("connect from IPv4 to IPv6", play -> {
            if (hasIpv6()) {
                play.attempt("bind", () -> play.socket.bind(new InetSocketAddress("127.0.0.1", 0)));
                play.attempt("connect", () -> play.socket.connect(new InetSocketAddress("::1", 1), 5000));
                play.seeState("failed");
            }
        }));
        cases.add(new Case("connect to the broadcast address", play -> {
            play.attempt("connect", () -> play.socket.connect(new InetSocketAddress("255.255.255.255", 9), 2000));
            play.seeState("failed");
        }));
    }

    private static boolean hasIpv6() throws Exception {
        return NetworkInterface.getByInetAddress(InetAddress.getByName("::1")) != null;
    }

    private static final class UnknownAddress extends SocketAddress {
        private static final long serialVersionUID = 1;
    }
}
