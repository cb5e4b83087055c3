package dev.connie.dnsjava;

import dev.connie.HostResolver.Answers;
import dev.connie.internal.names.DestinationOrder;
import dev.connie.testing.LoopbackNameServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.Section;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/** Look-ups in virtual time, and the name servers that are asked: everything but the network is the real thing. */
final class VirtualNames implements Timer {
    private record Task(long atNanos, long number, Runnable work) {}

    private final PriorityQueue<Task> tasks =
            new PriorityQueue<>(Comparator.comparingLong(Task::atNanos).thenComparingLong(Task::number));
    private final List<String> log = new ArrayList<>();
    private final Map<String, VirtualServer> servers = new LinkedHashMap<>();
    private final List<String> searchDomains = new ArrayList<>();
    private Duration staleFor = Duration.ZERO;
    private Duration maxTtl = Duration.ZERO;
    private long nowNanos;
    private long number;
    private @Nullable AddressQueries queries;
    private @Nullable HostLookup latest;

    static VirtualNames names() {
        return new VirtualNames();
    }

    /** Returns the server of this name, the first mentioned being the first to be asked. */
    VirtualServer server(String name) {
        return servers.computeIfAbsent(name, VirtualServer::new);
    }

    VirtualNames searching(String... domains) {
        searchDomains.addAll(List.of(domains));
        return this;
    }

    VirtualNames serveStale(Duration forHowLong) {
        staleFor = forHowLong;
        return this;
    }

    VirtualNames caching() {
        maxTtl = Duration.ofHours(1);
        return this;
    }

    @Override
    public long nanoTime() {
        return nowNanos;
    }

    @Override
    public Runnable after(long nanos, Runnable work) {
        Task task = new Task(nowNanos + nanos, number++, work);
        tasks.add(task);
        return () -> tasks.remove(task);
    }

    /** Looks up and plays until nothing more happens. Returns what has happened since the last time. */
    List<String> lookUp(String host) {
        return lookUp(host, Duration.ZERO);
    }

    List<String> lookUp(String host, Duration timeout) {
        begin(host, timeout);
        return play();
    }

    void begin(String host, Duration timeout) {
        try {
            List<Name> domains = new ArrayList<>();
            for (String domain : searchDomains) {
                domains.add(Name.fromString(domain, Name.root));
            }
            HostLookup lookup = new HostLookup(
                    host, HostNames.candidates(host, host, domains, 1), queries(), this, () -> log("over"));
            lookup.join(logging("found"), timeout);
            latest = lookup;
            lookup.begin();
        } catch (UnknownHostException | TextParseException e) {
            throw new AssertionError(e);
        }
    }

    /** Has somebody else ask for the latest host at this time. */
    VirtualNames joinedAt(long millis, String who) {
        after(TimeUnit.MILLISECONDS.toNanos(millis), () -> {
            HostLookup lookup = latest;
            if (lookup != null && !lookup.join(logging(who), Duration.ZERO)) {
                log(who + " too late");
            }
        });
        return this;
    }

    private Answers logging(String found) {
        return new Answers() {
            @Override
            public void found(List<InetAddress> addresses) {
                log(found + " " + addresses.stream().map(VirtualNames::text).collect(Collectors.joining(" ")));
            }

            @Override
            public void ended(@Nullable UnknownHostException failure) {
                log(failure == null ? "ended" : "failed " + failure.getMessage());
            }
        };
    }

    private static String text(InetAddress address) {
        return address.getHostAddress().replaceFirst(":0:0:0:0:0:", "::");
    }

    List<String> play() {
        while (!tasks.isEmpty()) {
            Task next = tasks.remove();
            nowNanos = next.atNanos;
            next.work.run();
        }
        List<String> happened = List.copyOf(log);
        log.clear();
        return happened;
    }

    private AddressQueries queries() {
        AddressQueries known = queries;
        if (known == null) {
            DnsResolver.Settings settings =
                    DnsResolver.builder().maxTtl(maxTtl).serveStale(staleFor).settings();
            DestinationOrder.Sources asTheDestination = destination -> destination;
            known = new AddressQueries(
                    new NameServers(
                            servers.values().stream().map(each -> each.server).toList(), settings.timeout(), this),
                    settings,
                    asTheDestination,
                    this);
            queries = known;
        }
        return known;
    }

    private void log(String what) {
        log.add(TimeUnit.NANOSECONDS.toMillis(nowNanos) + " " + what);
    }

    /** One name server. It drops what it was told nothing of. */
    final class VirtualServer implements Resolver {
        private record Reply(long millis, int rcode, List<String> addresses, boolean broken) {}

        private final String name;
        private final NameServer server;
        private final Map<String, Reply> replies = new LinkedHashMap<>();
        private boolean dead;

        VirtualServer(String name) {
            this.name = name;
            try {
                byte[] address = {(byte) 192, 0, 2, (byte) (101 + servers.size())};
                this.server = new NameServer(new InetSocketAddress(InetAddress.getByAddress(address), 53), this);
            } catch (UnknownHostException impossible) {
                throw new AssertionError(impossible);
            }
        }

        VirtualServer answers(String host, int type, long millis, String... addresses) {
            return reply(host, type, new Reply(millis, Rcode.NOERROR, List.of(addresses), false));
        }

        VirtualServer fails(String host, int type, long millis, int rcode) {
            return reply(host, type, new Reply(millis, rcode, List.of(), false));
        }

        VirtualServer breaks(String host, int type, long millis) {
            return reply(host, type, new Reply(millis, 0, List.of(), true));
        }

        VirtualServer dies() {
            dead = true;
            return this;
        }

        VirtualServer revives() {
            dead = false;
            return this;
        }

        private VirtualServer reply(String host, int type, Reply reply) {
            replies.put(Type.string(type) + " " + host + ".", reply);
            return this;
        }

        @Override
        public CompletionStage<Message> sendAsync(Message query, Executor executor) {
            CompletableFuture<Message> answer = new CompletableFuture<>();
            Name host = query.getQuestion().getName();
            String question = Type.string(query.getQuestion().getType()) + " " + host;
            log(name + "? " + question);
            Reply reply = replies.get(question);
            if (!dead && reply != null) {
                after(TimeUnit.MILLISECONDS.toNanos(reply.millis), () -> {
                    if (reply.broken) {
                        answer.completeExceptionally(new IOException("invalid DNS header - too short"));
                    } else {
                        answer.complete(message(query, reply));
                    }
                });
            }
            return answer;
        }

        private static Message message(Message query, Reply reply) {
            Message message = LoopbackNameServer.reply(query, reply.rcode);
            for (String address : reply.addresses) {
                try {
                    message.addRecord(
                            LoopbackNameServer.record(
                                    query.getQuestion().getName(), InetAddress.getByName(address), 300),
                            Section.ANSWER);
                } catch (UnknownHostException e) {
                    throw new AssertionError(e);
                }
            }
            return message;
        }

        @Override
        public CompletionStage<Message> sendAsync(Message query) {
            return sendAsync(query, Runnable::run);
        }

        @Override
        public void setPort(int port) {}

        @Override
        public void setTCP(boolean flag) {}

        @Override
        public void setIgnoreTruncation(boolean flag) {}

        @Override
        public void setEDNS(int version, int payloadSize, int flags, List<EDNSOption> options) {}

        @Override
        public void setTSIGKey(TSIG key) {}

        @Override
        public void setTimeout(Duration timeout) {}
    }
}
