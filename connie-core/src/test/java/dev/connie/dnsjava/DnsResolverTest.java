package dev.connie.dnsjava;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.xbill.DNS.Type.A;
import static org.xbill.DNS.Type.AAAA;

import dev.connie.HostResolver.Answers;
import dev.connie.testing.Descriptors;
import dev.connie.testing.LoopbackNameServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** The resolver over real sockets, with a name server on the loopback. */
class DnsResolverTest {
    private static final InetAddress FOUR = address("127.1.2.3");
    private static final InetAddress SIX = address("::1");

    private final LoopbackNameServer server = LoopbackNameServer.open();

    @TempDir
    Path folder;

    @AfterEach
    void closeServer() {
        server.close();
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private DnsResolver.Builder builder() throws IOException {
        Path nothing = folder.resolve("nothing");
        if (!Files.exists(nothing)) {
            Files.createFile(nothing);
        }
        return DnsResolver.builder().hostsFile(nothing).resolvConf(nothing).nameServers(List.of(server.address()));
    }

    /** Collects what comes. */
    private static final class Arrivals implements Answers {
        private final BlockingQueue<List<InetAddress>> found = new LinkedBlockingQueue<>();
        private final CompletableFuture<String> end = new CompletableFuture<>();

        @Override
        public void found(List<InetAddress> addresses) {
            found.add(addresses);
        }

        @Override
        public void ended(@Nullable UnknownHostException failure) {
            end.complete(failure == null ? "" : String.valueOf(failure.getMessage()));
        }

        List<InetAddress> next() throws Exception {
            List<InetAddress> next = found.poll(20, TimeUnit.SECONDS);
            return next == null ? List.of() : next;
        }

        List<InetAddress> all() throws Exception {
            end.get(20, TimeUnit.SECONDS);
            List<InetAddress> all = new ArrayList<>();
            found.forEach(all::addAll);
            return all;
        }

        String failure() throws Exception {
            return end.get(20, TimeUnit.SECONDS);
        }
    }

    private static Arrivals lookUp(DnsResolver resolver, String host) {
        Arrivals arrivals = new Arrivals();
        resolver.lookUp(host, Duration.ZERO, arrivals);
        return arrivals;
    }

    @Nested
    class Answering {
        @Test
        void bothFamiliesComeAndCarryTheName() throws Exception {
            server.knows("a.test", FOUR, SIX);
            List<InetAddress> all = lookUp(builder().build(), "a.test").all();
            assertThat(all).containsExactlyInAnyOrder(FOUR, SIX);
            assertThat(all).allMatch(address -> address.toString().startsWith("a.test/"));
        }

        @Test
        void theFirstAnswerIsHandedOverWhileTheOtherIsStillOut() throws Exception {
            server.answers("a.test", A, Duration.ZERO, FOUR).drops("a.test", AAAA);
            Arrivals arrivals = lookUp(builder().build(), "a.test");
            assertThat(arrivals.next()).containsExactly(FOUR);
            assertThat(arrivals.end).isNotDone();
        }

        @Test
        void resolveReturnsWhatARaceWouldBeginWith() throws Exception {
            server.answers("a.test", A, Duration.ZERO, FOUR).drops("a.test", AAAA);
            assertThat(builder().build().resolve("a.test")).containsExactly(FOUR);
        }

        @Test
        void aliasesAreFollowed() throws Exception {
            server.aliases("www.test", "cdn.test").aliases("cdn.test", "a.test").knows("a.test", FOUR, SIX);
            assertThat(lookUp(builder().build(), "www.test").all()).containsExactlyInAnyOrder(FOUR, SIX);
        }

        @Test
        void aliasesInACircleAreAnError() throws Exception {
            server.aliases("a.test", "b.test").aliases("b.test", "a.test");
            assertThat(lookUp(builder().build(), "a.test").failure()).contains("a.test", text(server.address()));
        }

        @Test
        void anInternationalNameIsAskedForInItsAsciiForm() throws Exception {
            server.knows("xn--bcher-kva.test", FOUR);
            assertThat(lookUp(builder().build(), "Bücher.test").all()).containsExactly(FOUR);
        }

        @Test
        void aWildcardAddressIsNoAddress() throws Exception {
            server.knows("a.test", address("0.0.0.0"), address("::"), FOUR);
            assertThat(lookUp(builder().build(), "a.test").all()).containsExactly(FOUR);
            server.knows("b.test", address("0.0.0.0"));
            assertThat(lookUp(builder().build(), "b.test").failure()).contains("b.test: no such host");
        }

        @Test
        void whatDoesNotFitIntoADatagramComesOverTcp() throws Exception {
            InetAddress[] many = IntStream.range(0, 300)
                    .mapToObj(i -> address("127.9." + i / 250 + "." + (1 + i % 250)))
                    .toArray(InetAddress[]::new);
            server.knows("a.test", many);
            assertThat(lookUp(builder().build(), "a.test").all())
                    .hasSize(64)
                    .containsExactlyElementsOf(Arrays.asList(many).subList(0, 64));
            assertThat(server.queries()).contains("tcp A a.test.");
        }

        @Test
        void queriesSayHowMuchFitsIntoADatagram() throws Exception {
            CompletableFuture<Integer> size = new CompletableFuture<>();
            server.answers("a.test", AAAA, Duration.ZERO).on("a.test", A, Duration.ZERO, (query, tcp) -> {
                size.complete(query.getOPT() == null ? -1 : query.getOPT().getPayloadSize());
                return LoopbackNameServer.wire(LoopbackNameServer.reply(query, Rcode.NXDOMAIN), tcp);
            });
            lookUp(builder().build(), "a.test").failure();
            assertThat(size.get(20, TimeUnit.SECONDS)).isEqualTo(1280);
        }
    }

    @Nested
    class Asking {
        @Test
        void aThousandWhoAskAtOnceCostOneQueryForEachFamily() throws Exception {
            server.answers("a.test", A, Duration.ofMillis(200), FOUR)
                    .answers("a.test", AAAA, Duration.ofMillis(200), SIX);
            DnsResolver resolver = builder().build();
            int threads = Thread.activeCount();
            List<Arrivals> all = IntStream.range(0, 1_000)
                    .mapToObj(i -> lookUp(resolver, i % 2 == 0 ? "a.test" : "A.TEST"))
                    .toList();
            assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads + 2);
            for (Arrivals each : all) {
                assertThat(each.all()).containsExactlyInAnyOrder(FOUR, SIX);
            }
            assertThat(server.queries()).containsExactly("AAAA a.test.", "A a.test.");
        }

        @Test
        void aHitInTheCacheAsksNobody() throws Exception {
            server.knows("a.test", FOUR, SIX);
            DnsResolver resolver = builder().build();
            lookUp(resolver, "a.test").all();
            assertThat(lookUp(resolver, "a.test").next()).containsExactlyInAnyOrder(FOUR, SIX);
            assertThat(server.queries()).containsExactly("AAAA a.test.", "A a.test.");
        }

        @Test
        void thatThereIsNoSuchHostIsRememberedForBothFamilies() throws Exception {
            DnsResolver resolver = builder().build();
            lookUp(resolver, "unknown.test").failure();
            List<String> asked = server.queries();
            // The answer for one may have come before the other was asked for.
            assertThat(asked).startsWith("AAAA unknown.test.").hasSizeLessThanOrEqualTo(2);
            lookUp(resolver, "unknown.test").failure();
            assertThat(server.queries()).isEqualTo(asked);
        }

        @Test
        void anAnswerIsAskedForAnewWhenItsTimeIsUp() throws Exception {
            for (int type : new int[] {A, AAAA}) {
                server.on("a.test", type, Duration.ZERO, (query, tcp) -> {
                    Message reply = LoopbackNameServer.reply(query, Rcode.NOERROR);
                    InetAddress address = type == A ? FOUR : SIX;
                    reply.addRecord(
                            LoopbackNameServer.record(query.getQuestion().getName(), address, 1), Section.ANSWER);
                    return LoopbackNameServer.wire(reply, tcp);
                });
            }
            DnsResolver resolver = builder().build();
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (server.queries().size() < 4 && System.nanoTime() - deadline < 0) {
                assertThat(lookUp(resolver, "a.test").all()).hasSize(2);
            }
            assertThat(server.queries()).hasSizeGreaterThanOrEqualTo(4);
        }

        @Test
        void noAnswerIsUsedForLongerThanIsSet() throws Exception {
            server.knows("a.test", FOUR, SIX);
            DnsResolver resolver = builder().maxTtl(Duration.ZERO).build();
            lookUp(resolver, "a.test").all();
            lookUp(resolver, "a.test").all();
            assertThat(server.queries()).hasSize(4);
        }

        @Test
        void theCacheIsBounded() throws Exception {
            DnsResolver resolver = builder().maxEntries(10).build();
            for (int i = 0; i < 30; i++) {
                server.knows("h" + i + ".test", FOUR, SIX);
                lookUp(resolver, "h" + i + ".test").all();
            }
            lookUp(resolver, "h29.test").all();
            assertThat(server.queries()).hasSize(60);
            lookUp(resolver, "h0.test").all();
            assertThat(server.queries()).hasSize(62);
        }

        @Test
        void searchDomainsAndDotsAreReadFromResolvConf() throws Exception {
            Path conf = Files.writeString(folder.resolve("conf"), "search x.test y.test\noptions ndots:2\n");
            server.knows("db.y.test", FOUR);
            server.knows("a.b", FOUR);
            DnsResolver resolver = builder().resolvConf(conf).build();
            assertThat(lookUp(resolver, "db").all()).containsExactly(FOUR);
            assertThat(lookUp(resolver, "a.b").all()).containsExactly(FOUR);
            assertThat(server.queries())
                    .containsSubsequence("AAAA db.x.test.", "AAAA db.y.test.", "AAAA a.b.x.test.", "AAAA a.b.");
            assertThat(lookUp(resolver, "db.").failure()).contains("db.: no such host");
        }
    }

    @Nested
    class NotAsking {
        @ParameterizedTest
        @CsvSource({
            "127.0.0.1, 127.0.0.1",
            "::1, 0:0:0:0:0:0:0:1",
            "[::1], 0:0:0:0:0:0:0:1",
            "::ffff:127.0.0.1, 127.0.0.1",
            "fe80::1%1, fe80:0:0:0:0:0:0:1%1",
        })
        void literals(String host, String address) throws Exception {
            List<InetAddress> found = lookUp(builder().build(), host).all();
            assertThat(found).hasSize(1);
            assertThat(found.get(0).getHostAddress().replace("%lo", "%1")).isEqualTo(address);
            assertThat(server.queries()).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "1.2.3",
                    "1.2.3.4.5",
                    "999.1.1.1",
                    "1::2::3",
                    "[a.test]",
                    "a:b",
                    "a b",
                    "a\\.b",
                    "@",
                    "a..b",
                    ""
                })
        void whatIsNoHostName(String host) throws Exception {
            assertThat(lookUp(builder().build(), host).failure()).contains(host + ": not a");
            assertThat(server.queries()).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(strings = {"localhost", "LOCALHOST", "localhost.", "a.localhost"})
        void localhost(String host) throws Exception {
            assertThat(lookUp(builder().build(), host).all())
                    .containsExactlyInAnyOrder(address("::1"), address("127.0.0.1"));
            assertThat(server.queries()).isEmpty();
        }

        @Test
        void theHostsFile() throws Exception {
            Path hosts = Files.writeString(folder.resolve("hosts"), "127.1.2.3 a.test alias # a\n::1 a.test\n");
            DnsResolver resolver = builder().hostsFile(hosts).build();
            assertThat(lookUp(resolver, "A.test").all()).containsExactlyInAnyOrder(FOUR, SIX);
            assertThat(lookUp(resolver, "alias").all()).containsExactly(FOUR);
            assertThat(server.queries()).isEmpty();
        }
    }

    @Nested
    class Faults {
        @Test
        void anErrorForOneFamilyLeavesTheOther() throws Exception {
            server.answers("a.test", A, Duration.ZERO, FOUR).fails("a.test", AAAA, Rcode.SERVFAIL);
            assertThat(lookUp(builder().build(), "a.test").all()).containsExactly(FOUR);
        }

        @Test
        void noSuchHostNamesHostAndServer() throws Exception {
            assertThat(lookUp(builder().build(), "a.test").failure())
                    .isEqualTo("a.test: no such host, or it has no address, says " + text(server.address()));
        }

        @Test
        void garbage() throws Exception {
            server.on("a.test", A, Duration.ZERO, (query, tcp) -> new byte[] {1, 2, 3})
                    .on("a.test", AAAA, Duration.ZERO, (query, tcp) -> {
                        byte[] cut = LoopbackNameServer.wire(LoopbackNameServer.reply(query, 0), tcp);
                        return Arrays.copyOf(cut, cut.length - 3);
                    });
            assertThat(lookUp(builder().build(), "a.test").failure())
                    .contains("a.test: no answer from a name server", text(server.address()));
        }

        @Test
        void anAnswerWithAnotherIdIsNotTaken() throws Exception {
            InetAddress evil = address("127.6.6.6");
            for (int type : new int[] {A, AAAA}) {
                server.on("a.test", type, Duration.ZERO, (query, tcp) -> {
                    Message forged = LoopbackNameServer.reply(query, 0);
                    forged.getHeader().setID(query.getHeader().getID() ^ 1);
                    forged.addRecord(
                            LoopbackNameServer.record(query.getQuestion().getName(), evil, 300), Section.ANSWER);
                    return LoopbackNameServer.wire(forged, tcp);
                });
            }
            Arrivals arrivals = lookUp(builder().build(), "a.test");
            assertThat(arrivals.all()).isEmpty();
            assertThat(arrivals.failure()).contains("a.test", "invalid message id");
        }

        @Test
        void anAnswerToAnotherQuestionIsNotTaken() throws Exception {
            Name other = Name.fromString("b.test.");
            for (int type : new int[] {A, AAAA}) {
                server.on("a.test", type, Duration.ZERO, (query, tcp) -> {
                    Message forged = new Message(query.getHeader().getID());
                    forged.getHeader().setFlag(Flags.QR);
                    forged.addRecord(Record.newRecord(other, type, 1), Section.QUESTION);
                    forged.addRecord(LoopbackNameServer.record(other, FOUR, 300), Section.ANSWER);
                    return LoopbackNameServer.wire(forged, tcp);
                });
            }
            assertThat(lookUp(builder().build(), "a.test").failure()).contains("a.test", "invalid name in message");
        }

        @Test
        void recordsOfOtherNamesInAnAnswerAreNotTaken() throws Exception {
            Name other = Name.fromString("b.test.");
            server.knows("b.test", SIX).on("a.test", A, Duration.ZERO, (query, tcp) -> {
                Message reply = LoopbackNameServer.reply(query, 0);
                reply.addRecord(LoopbackNameServer.record(query.getQuestion().getName(), FOUR, 300), Section.ANSWER);
                reply.addRecord(LoopbackNameServer.record(other, address("127.6.6.6"), 300), Section.ANSWER);
                reply.addRecord(LoopbackNameServer.record(other, address("127.6.6.6"), 300), Section.ADDITIONAL);
                return LoopbackNameServer.wire(reply, tcp);
            });
            DnsResolver resolver = builder().build();
            assertThat(lookUp(resolver, "a.test").all()).containsExactly(FOUR);
            assertThat(lookUp(resolver, "b.test").all()).containsExactly(SIX);
        }

        @Test
        void aDatagramFromAnotherPortIsNotTaken() throws Exception {
            InetAddress evil = address("127.6.6.6");
            server.on(
                            "a.test",
                            AAAA,
                            Duration.ZERO,
                            (query, tcp) -> LoopbackNameServer.wire(LoopbackNameServer.reply(query, 0), tcp))
                    .on("a.test", A, Duration.ofMillis(50), (query, tcp) -> {
                        Message reply = LoopbackNameServer.reply(query, 0);
                        reply.addRecord(
                                LoopbackNameServer.record(query.getQuestion().getName(), FOUR, 300), Section.ANSWER);
                        return LoopbackNameServer.wire(reply, tcp);
                    });
            server.spoofFromAnotherPort(evil);
            assertThat(lookUp(builder().build(), "a.test").all()).containsExactly(FOUR);
            assertThat(server.spoofed()).isPositive();
        }

        @Test
        void aServerThatHangsUpOnTcp() throws Exception {
            server.closeTcp();
            server.knows(
                    "a.test",
                    IntStream.range(0, 300)
                            .mapToObj(i -> address("127.9." + i / 250 + "." + (1 + i % 250)))
                            .toArray(InetAddress[]::new));
            assertThat(lookUp(builder().build(), "a.test").failure())
                    .contains("a.test: no answer from a name server", text(server.address()));
        }

        @Test
        void aServerThatIsNotThere() throws Exception {
            InetSocketAddress nobody = server.address();
            server.close();
            assertThat(lookUp(builder().build(), "a.test").failure()).contains("a.test", text(nobody));
        }

        @Test
        void fourThousandAddresses() throws Exception {
            InetAddress[] thousands = IntStream.range(0, 4_000)
                    .mapToObj(i -> address("127.9." + i / 250 + "." + (1 + i % 250)))
                    .toArray(InetAddress[]::new);
            server.knows("a.test", thousands);
            assertThat(lookUp(builder().build(), "a.test").all()).hasSize(64);
        }

        @Test
        void nothingIsLeftOfLookUpsThatNobodyAnswered() throws Exception {
            server.fallSilent();
            DnsResolver resolver = builder().timeout(Duration.ofMillis(500)).build();
            lookUp(resolver, "warm.test").failure();
            awaitSockets(Descriptors.openSockets());
            long before = Descriptors.openSockets();
            List<Arrivals> all = IntStream.range(0, 50)
                    .mapToObj(i -> lookUp(resolver, "h" + i + ".test"))
                    .toList();
            for (Arrivals each : all) {
                assertThat(each.failure()).contains("no answer");
            }
            awaitSockets(before);
        }

        private void awaitSockets(long atMost) throws InterruptedException {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (Descriptors.openSockets() > atMost && System.nanoTime() - deadline < 0) {
                Thread.sleep(20);
            }
            assertThat(Descriptors.openSockets()).isLessThanOrEqualTo(atMost);
        }
    }

    @Nested
    class Configuration {
        @Test
        void resolvConfIsReadAnewWhenItHasChanged() throws Exception {
            VirtualNames time = new VirtualNames();
            Path conf = Files.writeString(folder.resolve("conf"), "nameserver 127.0.0.1\nsearch x.test\n");
            SystemConfig config = new SystemConfig(conf, List.of(), time);
            SystemConfig.Settings first = config.current();
            assertThat(first.servers()).containsExactly(new InetSocketAddress("127.0.0.1", 53));
            Files.writeString(conf, "nameserver 127.0.0.22\nsearch y.test z.test\noptions ndots:3\n");
            assertThat(config.current()).isSameAs(first);
            time.after(Duration.ofSeconds(2).toNanos(), () -> {});
            time.play();
            assertThat(config.current().servers()).containsExactly(new InetSocketAddress("127.0.0.22", 53));
            assertThat(config.current().searchDomains())
                    .containsExactly(Name.fromString("y.test."), Name.fromString("z.test."));
            assertThat(config.current().ndots()).isEqualTo(3);
            Files.delete(conf);
            time.after(Duration.ofSeconds(2).toNanos(), () -> {});
            time.play();
            assertThat(config.current().servers()).containsExactly(new InetSocketAddress("127.0.0.22", 53));
        }

        @Test
        void isChecked() {
            DnsResolver.Builder builder = DnsResolver.builder();
            assertThatIllegalArgumentException().isThrownBy(() -> builder.timeout(Duration.ZERO));
            assertThatIllegalArgumentException().isThrownBy(() -> builder.resolutionDelay(Duration.ofMillis(-1)));
            assertThatIllegalArgumentException().isThrownBy(() -> builder.maxTtl(Duration.ofMillis(-1)));
            assertThatIllegalArgumentException().isThrownBy(() -> builder.serveStale(Duration.ofMillis(-1)));
            assertThatIllegalArgumentException().isThrownBy(() -> builder.maxEntries(0));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> builder.nameServers(List.of(InetSocketAddress.createUnresolved("ns.test", 53))));
        }

        @Test
        void tellsItsServers() throws IOException {
            assertThat(builder().build()).hasToString("DnsResolver[" + text(server.address()) + "]");
        }
    }

    @Test
    void anInterruptDoesNotEndResolveAndIsKept() throws Exception {
        server.knows("a.test", FOUR);
        DnsResolver resolver = builder().build();
        Thread.currentThread().interrupt();
        assertThat(resolver.resolve("a.test")).containsExactly(FOUR);
        assertThat(Thread.interrupted()).isTrue();
        assertThatExceptionOfType(UnknownHostException.class)
                .isThrownBy(() -> resolver.resolve("b.test"))
                .withMessageContaining("b.test: no such host");
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }
}
