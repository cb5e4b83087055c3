package dev.connie.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import okhttp3.Dns;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Dns of OkHttp 5.5 and up that tells more than addresses, below the race. */
class RecordRacingDnsTest {
    private final Lab lab = new Lab();

    @AfterEach
    void close() throws IOException {
        lab.close();
    }

    /** A Dns that answers in batches, and with a failure at the end if there is one. */
    private static final class BatchDns implements Dns {
        private final List<List<Dns.Record>> batches;
        private final IOException failure;
        private final List<Dns.Request> requests = new CopyOnWriteArrayList<>();
        private boolean cancelled;

        @SafeVarargs
        @SuppressWarnings("varargs")
        BatchDns(IOException failure, List<Dns.Record>... batches) {
            this.failure = failure;
            this.batches = Arrays.asList(batches);
        }

        @Override
        public List<InetAddress> lookup(String host) {
            throw new AssertionError("asked for addresses alone: the service metadata would be lost");
        }

        @Override
        public Dns.Call newCall(Dns.Request request) {
            requests.add(request);
            return new Dns.Call() {
                @Override
                public Dns.Request getRequest() {
                    return request;
                }

                @Override
                public void enqueue(Dns.Callback callback) {
                    for (int i = 0; i < batches.size(); i++) {
                        callback.onRecords(this, failure == null && i == batches.size() - 1, batches.get(i));
                    }
                    if (failure != null) {
                        callback.onFailure(this, failure);
                    }
                }

                @Override
                public void cancel() {
                    cancelled = true;
                }

                @Override
                public boolean isCanceled() {
                    return cancelled;
                }
            };
        }
    }

    /** Writes down what a call answers. */
    private static final class Answer implements Dns.Callback {
        private final List<Dns.Call> callers = new ArrayList<>();
        private final List<Dns.Record> records = new ArrayList<>();
        private int batches;
        private boolean last;
        private IOException failure;

        @Override
        public void onRecords(Dns.Call call, boolean last, List<? extends Dns.Record> batch) {
            callers.add(call);
            records.addAll(batch);
            batches++;
            this.last = last;
        }

        @Override
        public void onFailure(Dns.Call call, IOException failure) {
            callers.add(call);
            this.failure = failure;
        }
    }

    private static Dns.Record.IpAddress ip(String host, InetAddress address) {
        return new Dns.Record.IpAddress(host, address);
    }

    private static Dns.Record.ServiceMetadata metadata(String host) {
        return new Dns.Record.ServiceMetadata(
                host, List.of(Protocol.HTTP_2), 443, List.of(), ByteString.encodeUtf8("keys of " + host));
    }

    private Dns.Call newCall(Dns below) {
        Dns dns = ConnieOkHttp.create(lab.connector().build(), below).dns();
        return dns.newCall(new Dns.Request(Lab.HOST, 443));
    }

    private Answer answer(Dns below) {
        Answer answer = new Answer();
        newCall(below).enqueue(answer);
        return answer;
    }

    @Nested
    class Records {
        private final InetAddress one = lab.network.newAddress();
        private final InetAddress two = lab.network.newAddress();

        @Test
        void keepTheirOrderTheirHostNamesAndTheirMetadata() {
            Dns.Record.ServiceMetadata east = metadata("east.test");
            Dns.Record.ServiceMetadata west = metadata("west.test");
            Answer answer = answer(new BatchDns(null, List.of(east, ip("east.test", one), ip("west.test", two), west)));

            assertThat(answer.records).containsExactly(east, ip("east.test", one), ip("west.test", two), west);
            assertThat(answer.records.get(0)).isSameAs(east);
            assertThat(answer.records.get(3)).isSameAs(west);
            assertThat(answer.last).isTrue();
        }

        @Test
        void ofWildcardAddressesAreLeftOut() throws Exception {
            InetAddress nowhere = InetAddress.getByName("0.0.0.0");
            Answer answer = answer(new BatchDns(
                    null,
                    List.of(ip(Lab.HOST, nowhere), metadata(Lab.HOST), ip(Lab.HOST, one)),
                    List.of(ip("west.test", InetAddress.getByName("::")), ip(Lab.HOST, two))));

            // Addresses take the places of addresses.
            assertThat(answer.records).containsExactly(ip(Lab.HOST, one), metadata(Lab.HOST), ip(Lab.HOST, two));
            assertThat(answer.last).isTrue();
        }

        @Test
        void ofWildcardAddressesAloneAreAnUnknownHost() throws Exception {
            InetAddress nowhere = InetAddress.getByName("0.0.0.0");
            Answer answer = answer(new BatchDns(null, List.of(ip(Lab.HOST, nowhere), metadata(Lab.HOST))));

            assertThat(answer.records).isEmpty();
            assertThat(answer.failure)
                    .isInstanceOf(UnknownHostException.class)
                    .hasMessage(Lab.HOST + ": no address to connect to");
        }

        @Test
        void ofWildcardAddressesBeforeAFailureChangeNothing() throws Exception {
            IOException failure = new IOException("one question of two");
            Answer answer = answer(new BatchDns(failure, List.of(ip(Lab.HOST, InetAddress.getByName("0.0.0.0")))));

            assertThat(answer.batches).isZero();
            assertThat(answer.failure).isSameAs(failure);
        }

        @Test
        void haveAddressObjectsOfTheirOwn() {
            Answer answer = answer(new BatchDns(null, List.of(ip(Lab.HOST, one))));

            assertThat(((Dns.Record.IpAddress) answer.records.get(0)).address())
                    .isEqualTo(one)
                    .isNotSameAs(one);
        }

        @Test
        void ofSeveralBatchesComeTogether() {
            Answer answer = answer(new BatchDns(
                    null,
                    List.of(ip(Lab.HOST, one)),
                    List.of(metadata(Lab.HOST)),
                    List.of(ip(Lab.HOST, two)),
                    List.of()));

            assertThat(answer.batches).isEqualTo(1);
            assertThat(answer.records).containsExactly(ip(Lab.HOST, one), metadata(Lab.HOST), ip(Lab.HOST, two));
        }

        @Test
        void beforeAFailureAreNotLost() {
            IOException failure = new IOException("one question of two");
            Answer answer = answer(new BatchDns(failure, List.of(ip(Lab.HOST, one))));

            assertThat(answer.records).containsExactly(ip(Lab.HOST, one));
            assertThat(answer.last).isFalse();
            assertThat(answer.failure).isSameAs(failure);
        }

        @Test
        void comeFromTheCallThatWasMade() {
            Answer answer = new Answer();
            Dns.Call call = newCall(new BatchDns(new IOException(), List.of(ip(Lab.HOST, one))));
            call.enqueue(answer);

            assertThat(answer.callers).hasSize(2).containsOnly(call);
        }
    }

    @Test
    void aCallIsThatOfTheDnsBelow() {
        BatchDns below = new BatchDns(null);
        Dns.Call call = newCall(below);

        assertThat(below.requests).containsExactly(new Dns.Request(Lab.HOST, 443));
        assertThat(call.getRequest()).isSameAs(below.requests.get(0));
        assertThat(call.isCanceled()).isFalse();
        call.cancel();
        assertThat(call.isCanceled()).isTrue();
        assertThat(below.cancelled).isTrue();
    }

    @Test
    void aPlainDnsKeepsTheShortCutOnTheCallersThread() throws Exception {
        TinyServer server = lab.http();
        List<Thread> threads = new CopyOnWriteArrayList<>();
        Dns plain = host -> {
            threads.add(Thread.currentThread());
            return List.of(server.address());
        };
        for (Dns below : List.of(plain, Dns.SYSTEM)) {
            assertThat(newCall(below)).hasSameClassAs(below.newCall(new Dns.Request(Lab.HOST)));
        }

        lab.get(client(plain, false), "http");

        assertThat(threads).containsExactly(Thread.currentThread());
    }

    private OkHttpClient client(Dns below, boolean fastFallback) {
        return lab.build(ConnieOkHttp.create(lab.connector().build(), below)
                .install(lab.stock())
                .fastFallback(fastFallback));
    }

    @ParameterizedTest(name = "fastFallback {0}")
    @ValueSource(booleans = {false, true})
    void theAddressesOfAllBatchesRace(boolean fastFallback) throws Exception {
        TinyServer server = lab.http();
        InetAddress silent = lab.network.silent();
        BatchDns below =
                new BatchDns(null, List.of(ip(Lab.HOST, silent)), List.of(ip(Lab.HOST, server.address())), List.of());

        assertThat(lab.get(client(below, fastFallback), "http"))
                .isEqualTo(server.address().getHostAddress());
        assertThat(lab.attempts).containsExactly(silent, server.address());
        assertThat(lab.races).hasSize(1);
    }

    @Test
    void hostNamesRaceApartForTheirKeysMustNotBeMixed() throws Exception {
        TinyServer west = lab.http();
        InetAddress east1 = lab.network.refusing();
        InetAddress east2 = lab.network.refusing();
        BatchDns below = new BatchDns(
                null, List.of(ip("east.test", east1), ip("west.test", west.address()), ip("east.test", east2)));

        assertThat(lab.get(client(below, false), "http"))
                .isEqualTo(west.address().getHostAddress());
        assertThat(lab.races).hasSize(2);
        assertThat(lab.races.get(0).attempts()).hasSize(2);
        assertThat(lab.attempts).containsExactly(east1, east2, west.address());
    }

    @Test
    void theRouteHasTheKeysOfItsHostName() throws Exception {
        TinyServer server = lab.http();
        List<ByteString> keys = new ArrayList<>();
        BatchDns below = new BatchDns(null, List.of(metadata("east.test"), ip("east.test", server.address())));
        OkHttpClient client = client(below, false)
                .newBuilder()
                .addNetworkInterceptor(chain -> {
                    keys.add(chain.connection().route().echConfigList());
                    return chain.proceed(chain.request());
                })
                .build();

        lab.get(client, "http");

        assertThat(keys).containsExactly(ByteString.encodeUtf8("keys of east.test"));
    }

    @Test
    void aFailureReachesTheCall() {
        IOException failure = new IOException("no name server");
        assertThatThrownBy(() -> lab.get(client(new BatchDns(failure), false), "http"))
                .isSameAs(failure);
    }

    @Test
    void noAddressIsAnUnknownHost() {
        BatchDns below = new BatchDns(null, List.of(metadata(Lab.HOST)));
        assertThatExceptionOfType(UnknownHostException.class)
                .isThrownBy(() -> lab.get(client(below, false), "http"))
                .withMessageContaining(Lab.HOST);
    }
}
