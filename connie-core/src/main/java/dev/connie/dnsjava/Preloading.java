package dev.connie.dnsjava;

import dev.connie.HostResolver.Answers;
import dev.connie.internal.names.DestinationOrder;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Section;

/**
 * Plays through one look-up, with a name server of its own on the loopback, so that the first real one does not wait
 * for classes to be loaded and dnsjava's thread to begin: that takes longer than a look-up does.
 */
final class Preloading {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** Takes whatever there is. */
    static final Answers NOBODY = new Answers() {
        @Override
        public void found(List<InetAddress> addresses) {}

        @Override
        public void ended(@Nullable UnknownHostException failure) {}
    };

    static {
        try (DatagramChannel server = DatagramChannel.open(StandardProtocolFamily.INET)) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            play(server);
        } catch (IOException | RuntimeException ignored) {
            // The first look-up then takes longer.
        }
    }

    private Preloading() {}

    /** Does it, the first time. */
    static void play() {}

    private static void play(DatagramChannel server) throws IOException {
        DnsResolver.Settings settings = DnsResolver.builder()
                .nameServers(List.of((InetSocketAddress) server.getLocalAddress()))
                .settings();
        NameServers servers =
                new NameServers(List.of(NameServer.at(settings.nameServers().get(0), PATIENCE)), PATIENCE, Timer.JVM);
        DestinationOrder.Sources nowhere = destination -> null;
        AddressQueries queries = new AddressQueries(servers, settings, nowhere, Timer.JVM);
        HostLookup lookup =
                new HostLookup("rehearsal", List.of(Name.fromString("rehearsal.")), queries, Timer.JVM, () -> {});
        lookup.join(NOBODY, PATIENCE);
        lookup.begin();
        server.socket().setSoTimeout((int) PATIENCE.toMillis());
        for (int family = 0; family < 2; family++) {
            ByteBuffer packet = ByteBuffer.allocate(512);
            InetSocketAddress client = receive(server, packet);
            packet.flip();
            Message query = new Message(packet);
            Message reply = new Message(query.getHeader().getID());
            reply.getHeader().setFlag(Flags.QR);
            reply.addRecord(query.getQuestion(), Section.QUESTION);
            reply.addRecord(
                    new ARecord(query.getQuestion().getName(), DClass.IN, 1, InetAddress.getLoopbackAddress()),
                    Section.ANSWER);
            server.send(ByteBuffer.wrap(reply.toWire()), client);
        }
    }

    private static InetSocketAddress receive(DatagramChannel server, ByteBuffer packet) throws IOException {
        DatagramPacket received = new DatagramPacket(packet.array(), packet.capacity());
        server.socket().receive(received);
        packet.position(received.getLength());
        return (InetSocketAddress) received.getSocketAddress();
    }
}
