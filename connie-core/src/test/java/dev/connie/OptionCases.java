package dev.connie;

import dev.connie.SocketPlay.Case;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Cases of {@link SocketParityTest}: options. */
final class OptionCases {
    private OptionCases() {}

    static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        cases.add(new Case("supported options", play -> {
            play.see("unconnected", () -> sorted(play.socket));
            play.connect();
            play.see("connected", () -> sorted(play.socket));
            play.socket.close();
            play.see("closed", () -> sorted(play.socket));
        }));
        cases.add(new Case("supported options of a socket that was closed at once", play -> {
            play.socket.close();
            play.see("supportedOptions", () -> sorted(play.socket));
        }));
        for (SocketOption<?> option : sorted(new Socket())) {
            cases.add(new Case("option " + option.name(), play -> everyWay(play, option)));
        }
        cases.add(new Case("legacy options, unset", play -> {
            seeLegacyOptions(play, "unconnected");
            play.connect();
            seeLegacyOptions(play, "connected");
        }));
        cases.add(new Case("legacy options, connected without asking before", play -> {
            play.connect();
            seeLegacyOptions(play, "connected");
        }));
        cases.add(new Case("legacy options, set before the connect", play -> {
            setLegacyOptions(play);
            seeLegacyOptions(play, "unconnected");
            play.connect();
            seeLegacyOptions(play, "connected");
        }));
        cases.add(new Case("legacy options, set after the connect", play -> {
            play.connect();
            setLegacyOptions(play);
            seeLegacyOptions(play, "connected");
        }));
        cases.add(new Case("legacy options, set to and fro", play -> {
            for (boolean on : new boolean[] {true, false, true, false}) {
                play.socket.setTcpNoDelay(on);
                play.socket.setKeepAlive(on);
                play.socket.setOOBInline(on);
                play.socket.setReuseAddress(on);
                play.socket.setSoLinger(on, 3);
            }
            seeLegacyOptions(play, "unconnected");
            play.connect();
            seeLegacyOptions(play, "connected");
            play.socket.setSoLinger(true, 100_000);
            play.see("long linger", play.socket::getSoLinger);
            play.socket.setSoLinger(false, 100_000);
            play.see("no linger", play.socket::getSoLinger);
        }));
        cases.add(new Case("legacy options, closed", play -> {
            play.connect();
            play.socket.close();
            setLegacyOptions(play);
            seeLegacyOptions(play, "closed");
        }));
        cases.add(new Case("legacy options, closed at once", play -> {
            play.socket.close();
            setLegacyOptions(play);
            seeLegacyOptions(play, "closed");
            play.attempt("urgent", () -> play.socket.sendUrgentData(1));
            play.seeState("closed");
        }));
        cases.add(new Case("legacy options, closed after one was set", play -> {
            play.socket.setTcpNoDelay(true);
            play.socket.close();
            seeLegacyOptions(play, "closed");
            play.attempt("urgent", () -> play.socket.sendUrgentData(1));
            play.seeState("closed");
        }));
        cases.add(new Case("legacy options, after a failed connect", play -> {
            play.socket.setTcpNoDelay(true);
            play.attempt("connect", () -> play.socket.connect(play.refusing()));
            setLegacyOptions(play);
            seeLegacyOptions(play, "failed");
        }));
        cases.add(new Case("bad values", play -> {
            Socket socket = play.socket;
            play.attempt("setSoTimeout -1", () -> socket.setSoTimeout(-1));
            play.attempt("setSoLinger -1", () -> socket.setSoLinger(true, -1));
            play.attempt("setSendBufferSize 0", () -> socket.setSendBufferSize(0));
            play.attempt("setReceiveBufferSize -1", () -> socket.setReceiveBufferSize(-1));
            play.attempt("setTrafficClass 256", () -> socket.setTrafficClass(256));
            play.see("SO_SNDBUF -1", () -> socket.setOption(StandardSocketOptions.SO_SNDBUF, -1));
            play.see("SO_SNDBUF null", () -> socket.setOption(StandardSocketOptions.SO_SNDBUF, null));
            play.see("SO_LINGER null", () -> socket.setOption(StandardSocketOptions.SO_LINGER, null));
            play.see("SO_LINGER -5", () -> socket.setOption(StandardSocketOptions.SO_LINGER, -5));
            play.see("SO_LINGER is", () -> socket.getOption(StandardSocketOptions.SO_LINGER));
            play.see("SO_LINGER 70000", () -> socket.setOption(StandardSocketOptions.SO_LINGER, 70000));
            play.see("SO_LINGER is", () -> socket.getOption(StandardSocketOptions.SO_LINGER));
            play.see("IP_TOS 256", () -> socket.setOption(StandardSocketOptions.IP_TOS, 256));
            play.see("not for sockets", () -> socket.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 1));
            play.see("not for sockets", () -> socket.getOption(StandardSocketOptions.IP_MULTICAST_TTL));
            play.see("no option", () -> socket.setOption(null, 1));
            play.see("no option", () -> socket.getOption(null));
            play.socket.close();
            play.see("not for sockets, closed", () -> socket.getOption(StandardSocketOptions.IP_MULTICAST_TTL));
        }));
        cases.add(new Case("performance preferences are ignored", play -> {
            play.attempt("before", () -> play.socket.setPerformancePreferences(1, 2, 3));
            play.connect();
            play.attempt("after", () -> play.socket.setPerformancePreferences(3, 2, 1));
        }));
        cases.add(new Case("options, then bind, then options", play -> {
            play.socket.setReceiveBufferSize(30_000);
            play.socket.bind(new InetSocketAddress("127.0.0.9", 0));
            play.socket.setReuseAddress(false);
            play.socket.setTcpNoDelay(true);
            play.connect();
            seeLegacyOptions(play, "connected");
            play.seeState("connected");
        }));
        return cases;
    }

    private static <T> void everyWay(SocketPlay play, SocketOption<T> option) throws Exception {
        Socket socket = play.socket;
        play.see("default", () -> socket.getOption(option));
        play.see("set", () -> socket.setOption(option, valueFor(option)) == socket);
        play.see("unconnected", () -> socket.getOption(option));
        play.connect();
        play.see("connected", () -> socket.getOption(option));
        play.see("set again", () -> socket.setOption(option, valueFor(option)) == socket);
        play.see("still", () -> socket.getOption(option));
        socket.close();
        play.see("closed", () -> socket.getOption(option));
        play.see("set closed", () -> socket.setOption(option, valueFor(option)));
    }

    @SuppressWarnings("unchecked")
    private static <T> T valueFor(SocketOption<T> option) {
        return (T) (option.type() == Boolean.class ? (Object) true : valueFor(option.name()));
    }

    private static Integer valueFor(String name) {
        return switch (name) {
            case "SO_SNDBUF", "SO_RCVBUF" -> 20_001;
            case "IP_TOS" -> 0x1f;
            default -> 7;
        };
    }

    private static void setLegacyOptions(SocketPlay play) {
        Socket socket = play.socket;
        play.attempt("setTcpNoDelay", () -> socket.setTcpNoDelay(true));
        play.attempt("setSoLinger", () -> socket.setSoLinger(true, 11));
        play.attempt("setOOBInline", () -> socket.setOOBInline(true));
        play.attempt("setSoTimeout", () -> socket.setSoTimeout(1234));
        play.attempt("setSendBufferSize", () -> socket.setSendBufferSize(10_001));
        play.attempt("setReceiveBufferSize", () -> socket.setReceiveBufferSize(10_001));
        play.attempt("setKeepAlive", () -> socket.setKeepAlive(true));
        play.attempt("setTrafficClass", () -> socket.setTrafficClass(0x13));
        play.attempt("setReuseAddress", () -> socket.setReuseAddress(true));
    }

    private static void seeLegacyOptions(SocketPlay play, String when) {
        Socket socket = play.socket;
        play.see(when + " getTrafficClass", socket::getTrafficClass);
        play.see(when + " getTcpNoDelay", socket::getTcpNoDelay);
        play.see(when + " getSoLinger", socket::getSoLinger);
        play.see(when + " getOOBInline", socket::getOOBInline);
        play.see(when + " getSoTimeout", socket::getSoTimeout);
        play.see(when + " getSendBufferSize", socket::getSendBufferSize);
        play.see(when + " getReceiveBufferSize", socket::getReceiveBufferSize);
        play.see(when + " getKeepAlive", socket::getKeepAlive);
        play.see(when + " getReuseAddress", socket::getReuseAddress);
    }

    private static List<SocketOption<?>> sorted(Socket socket) {
        List<SocketOption<?>> options = new ArrayList<>(socket.supportedOptions());
        options.sort(Comparator.comparing(SocketOption::name));
        return options;
    }
}
