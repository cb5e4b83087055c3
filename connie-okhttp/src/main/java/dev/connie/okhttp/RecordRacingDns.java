package dev.connie.okhttp;

import dev.connie.Connector;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import okhttp3.Dns;

/**
 * Lays the race over a Dns that answers {@code newCall} itself, as a Dns does that knows of Encrypted Client Hello;
 * with {@code lookup} alone its service metadata would be lost.
 *
 * <p>For OkHttp 5.5 and up. Older ones lack the types in these signatures, so nothing may load this class there: it is
 * made by {@link #over} only, and no other class's code mentions its type.
 */
final class RecordRacingDns extends RacingDns {
    private final Dns delegate;

    private RecordRacingDns(Connector connector, Dns delegate) {
        super(connector);
        this.delegate = delegate;
    }

    /** Returns the Dns as its superclass, so that the verification of the caller does not load this class. */
    static RacingDns over(Connector connector, Dns delegate) {
        return new RecordRacingDns(connector, delegate);
    }

    @Override
    public Dns.Call newCall(Dns.Request request) {
        Dns.Call call = delegate.newCall(request);
        // OkHttp's own answer for a Dns with lookup alone. OkHttp takes a short cut when it sees one, without a change
        // of threads, and shall see it here too. By name, because the class is internal.
        return call.getClass().getName().equals("okhttp3.internal.dns.LookupDnsCall")
                ? super.newCall(request)
                : new EnlistingCall(call);
    }

    private final class EnlistingCall implements Dns.Call {
        private final Dns.Call call;

        EnlistingCall(Dns.Call call) {
            this.call = call;
        }

        @Override
        public Dns.Request getRequest() {
            return call.getRequest();
        }

        @Override
        public void enqueue(Dns.Callback callback) {
            call.enqueue(new EnlistingCallback(this, callback));
        }

        @Override
        public void cancel() {
            call.cancel();
        }

        @Override
        public boolean isCanceled() {
            return call.isCanceled();
        }
    }

    /**
     * Holds the records back until all are there: the families come in batches of their own, and the addresses of both
     * belong in one race. OkHttp waits for the last batch anyway. By the contract of callbacks it is never called by
     * two threads at a time.
     */
    private final class EnlistingCallback implements Dns.Callback {
        private final Dns.Call call;
        private final Dns.Callback callback;
        private final List<Dns.Record> records = new ArrayList<>();

        EnlistingCallback(Dns.Call call, Dns.Callback callback) {
            this.call = call;
            this.callback = callback;
        }

        @Override
        public void onRecords(Dns.Call delegateCall, boolean last, List<? extends Dns.Record> batch) {
            records.addAll(batch);
            if (last) {
                List<Dns.Record> enlisted;
                try {
                    enlisted = enlistAll(records);
                } catch (UnknownHostException nowhere) {
                    callback.onFailure(call, nowhere);
                    return;
                }
                callback.onRecords(call, true, enlisted);
            }
        }

        @Override
        public void onFailure(Dns.Call delegateCall, IOException failure) {
            // One family may have been answered before the look-up of the other failed, and OkHttp makes do with it.
            if (!records.isEmpty()) {
                try {
                    callback.onRecords(call, false, enlistAll(records));
                } catch (UnknownHostException nowhere) {
                    // OkHttp is told of the failure anyway.
                }
            }
            callback.onFailure(call, failure);
        }
    }

    /**
     * Replaces the addresses by enlisted copies and leaves everything else as it is. One race for each host name of the
     * records, not one for all: the keys in a record's service metadata are for the servers of that name, and OkHttp takes
     * the socket for one of theirs.
     *
     * @throws UnknownHostException if there are addresses, but none of them can be connected to
     */
    private List<Dns.Record> enlistAll(List<Dns.Record> records) throws UnknownHostException {
        Map<String, List<InetAddress>> addresses = new LinkedHashMap<>();
        for (Dns.Record record : records) {
            if (record instanceof Dns.Record.IpAddress ip) {
                addresses
                        .computeIfAbsent(ip.hostname(), host -> new ArrayList<>())
                        .add(ip.address());
            }
        }
        Map<String, Iterator<InetAddress>> copies = new HashMap<>();
        UnknownHostException nowhere = null;
        for (Map.Entry<String, List<InetAddress>> ofHost : addresses.entrySet()) {
            try {
                copies.put(
                        ofHost.getKey(),
                        enlist(ofHost.getKey(), ofHost.getValue()).iterator());
            } catch (UnknownHostException e) {
                nowhere = e;
            }
        }
        if (copies.isEmpty() && nowhere != null) {
            throw nowhere;
        }

        List<Dns.Record> enlisted = new ArrayList<>(records.size());
        for (Dns.Record record : records) {
            if (!(record instanceof Dns.Record.IpAddress ip)) {
                enlisted.add(record);
                continue;
            }
            // There may be fewer than were given.
            Iterator<InetAddress> ofHost = copies.get(ip.hostname());
            if (ofHost != null && ofHost.hasNext()) {
                enlisted.add(new Dns.Record.IpAddress(ip.hostname(), ofHost.next()));
            }
        }
        return enlisted;
    }
}
