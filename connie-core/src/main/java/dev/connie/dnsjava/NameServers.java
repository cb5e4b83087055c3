package dev.connie.dnsjava;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Resolver;
import org.xbill.DNS.Section;
import org.xbill.DNS.TSIG;

/**
 * Asks several name servers one question: one at first, another or the same one again when no answer comes, and at once
 * when a bad one does. The first good answer counts, also when it comes late. So a lost datagram and a dead server cost
 * a part of a second, and a dead one only the first time: it is asked last until it answers.
 *
 * <p>dnsjava's own ExtendedResolver waits for timeouts that it looks at once in a second, and takes SERVFAIL for an
 * answer.
 */
final class NameServers implements Resolver {
    /** How long the first query has before the second is sent; each one that stays unanswered doubles that. */
    static final long FIRST_RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(400);

    /** How often one server is asked. */
    private static final int ROUNDS = 2;

    /** A chain of aliases and the addresses that a race tries, and some. */
    private static final int MAX_RECORDS = 128;

    private final List<NameServer> servers;
    private final Duration timeout;
    private final Timer timer;

    NameServers(List<NameServer> servers, Duration timeout, Timer timer) {
        this.servers = List.copyOf(servers);
        this.timeout = timeout;
        this.timer = timer;
    }

    @Override
    public CompletionStage<Message> sendAsync(Message query) {
        return sendAsync(query, Runnable::run);
    }

    @Override
    public CompletionStage<Message> sendAsync(Message query, Executor executor) {
        Question question = new Question(query, executor);
        question.begin();
        return question.answer;
    }

    @Override
    public Duration getTimeout() {
        return timeout;
    }

    /** One question, and who has been asked. */
    private final class Question {
        final CompletableFuture<Message> answer = new CompletableFuture<>();
        private final Message query;
        private final Executor executor;

        // All guarded by this.
        private final Queue<NameServer> toAsk = new ArrayDeque<>();
        private final Map<NameServer, String> problems = new LinkedHashMap<>();
        private final List<NameServer> silent = new ArrayList<>();
        private long delayNanos = FIRST_RETRY_NANOS;
        private int sent;

        private volatile Runnable retry = () -> {};

        Question(Message query, Executor executor) {
            this.query = query;
            this.executor = executor;
        }

        void begin() {
            long now = timer.nanoTime();
            List<NameServer> good = new ArrayList<>();
            List<NameServer> suspect = new ArrayList<>();
            servers.forEach(server -> (server.isSuspect() ? suspect : good).add(server));
            List<NameServer> probed = new ArrayList<>(suspect);
            probed.removeIf(server -> good.isEmpty() || !server.claimProbe(now));
            synchronized (this) {
                for (int round = 0; round < ROUNDS; round++) {
                    toAsk.addAll(good);
                    toAsk.addAll(suspect);
                }
            }
            Runnable deadline = timer.after(timeout.toNanos(), this::outOfTime);
            answer.whenComplete((message, failure) -> {
                deadline.run();
                retry.run();
            });
            probed.forEach(this::ask);
            askNext(0);
        }

        /** Asks the next server, unless that has been done since so many were asked. */
        private void askNext(int sentThen) {
            NameServer next;
            long delay;
            int sentNow;
            synchronized (this) {
                next = sent == sentThen ? toAsk.poll() : null;
                if (next == null) {
                    return;
                }
                sent++;
                sentNow = sent;
                delay = delayNanos;
            }
            if (answer.isDone()) {
                return;
            }
            retry.run();
            retry = timer.after(delay, () -> askAgain(sentNow));
            ask(next);
        }

        private void askAgain(int sentThen) {
            synchronized (this) {
                delayNanos *= 2;
            }
            askNext(sentThen);
        }

        private void ask(NameServer server) {
            synchronized (this) {
                silent.add(server);
            }
            CompletionStage<Message> reply;
            try {
                reply = server.resolver.sendAsync(query, executor);
            } catch (RuntimeException e) {
                reply = CompletableFuture.failedFuture(e);
            }
            reply.whenComplete((message, failure) -> {
                if (failure != null) {
                    server.unanswered(timer.nanoTime());
                    failed(server, reason(failure));
                } else if (message.getRcode() == Rcode.NOERROR || message.getRcode() == Rcode.NXDOMAIN) {
                    server.answered();
                    blameTheSilent(server);
                    answer.complete(shortened(message));
                } else {
                    server.answered();
                    failed(server, Rcode.string(message.getRcode()));
                }
            });
        }

        /** Those who were asked before the one that has answered, and have not, are asked after it from now on. */
        private void blameTheSilent(NameServer answering) {
            if (answer.isDone()) {
                return;
            }
            List<NameServer> slower = new ArrayList<>();
            synchronized (this) {
                for (NameServer server : silent) {
                    if (server == answering) {
                        break;
                    }
                    slower.add(server);
                }
            }
            long now = timer.nanoTime();
            slower.forEach(server -> server.unanswered(now));
        }

        private void failed(NameServer server, String problem) {
            boolean over;
            int sentSoFar;
            synchronized (this) {
                problems.put(server, problem);
                silent.remove(server);
                over = silent.isEmpty() && toAsk.isEmpty();
                sentSoFar = sent;
            }
            if (over) {
                fail();
            } else {
                askNext(sentSoFar);
            }
        }

        private void outOfTime() {
            List<NameServer> unanswering;
            synchronized (this) {
                unanswering = List.copyOf(silent);
                unanswering.forEach(server -> problems.putIfAbsent(server, "no answer"));
            }
            long now = timer.nanoTime();
            unanswering.forEach(server -> server.unanswered(now));
            fail();
        }

        private void fail() {
            StringBuilder message = new StringBuilder();
            synchronized (this) {
                problems.forEach((server, problem) -> message.append(message.length() == 0 ? "" : ", ")
                        .append(server)
                        .append(": ")
                        .append(problem));
            }
            answer.completeExceptionally(new IOException(message.toString()));
        }
    }

    /**
     * Leaves out what is beyond use. What dnsjava does with the records of an answer takes the square of their number:
     * 4,000 of them would hold up its one thread for seconds.
     */
    private static Message shortened(Message message) {
        for (int section : new int[] {Section.ANSWER, Section.AUTHORITY, Section.ADDITIONAL}) {
            List<Record> records = message.getSection(section);
            if (records.size() > MAX_RECORDS) {
                message.removeAllRecords(section);
                records.subList(0, MAX_RECORDS).forEach(record -> message.addRecord(record, section));
            }
        }
        return message;
    }

    private static String reason(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    // What dnsjava would have set for all is set for each server when it is made.

    @Override
    public void setPort(int port) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setTCP(boolean flag) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setIgnoreTruncation(boolean flag) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setEDNS(int version, int payloadSize, int flags, List<EDNSOption> options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setTSIGKey(TSIG key) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setTimeout(Duration timeout) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        servers.forEach(server -> text.append(text.length() == 0 ? "" : " or ").append(server));
        return text.toString();
    }
}
