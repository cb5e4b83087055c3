package dev.connie.internal.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.connie.SocketPlay;
import dev.connie.internal.drive.Abort;
import dev.connie.testing.LoopbackNetwork;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Waiting for a channel, with a selector and without one to be had. */
class ReadinessTest {
    enum Selectors {
        ENOUGH,
        NONE
    }

    /** Of a second's wait. */
    private static final Duration ENOUGH_FOR_WAITING = Duration.ofMillis(500);

    private final LoopbackNetwork network = LoopbackNetwork.open();
    private final Abort abort = new Abort();
    private SocketChannel channel;
    private Socket peer;

    @BeforeEach
    void connect() throws IOException {
        var server = network.listening();
        channel = SocketChannel.open(server.getLocalSocketAddress());
        channel.configureBlocking(false);
        peer = server.accept();
    }

    @AfterEach
    void close() throws IOException {
        channel.close();
        peer.close();
        network.close();
    }

    @ParameterizedTest
    @EnumSource
    void ends_when_data_comes(Selectors selectors) throws Exception {
        FutureTask<Integer> reading = start(() -> read(readiness(selectors), false, 0));
        peer.getOutputStream().write(42);

        assertThat(reading.get(10, TimeUnit.SECONDS)).isEqualTo(42);
    }

    @ParameterizedTest
    @EnumSource
    void ends_at_the_deadline_and_not_before(Selectors selectors) throws Exception {
        long startNanos = System.nanoTime();
        int read = read(readiness(selectors), true, startNanos + TimeUnit.MILLISECONDS.toNanos(60));

        assertThat(read).isEqualTo(-1);
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos))
                .isBetween(60L, 10_000L);
    }

    @ParameterizedTest
    @EnumSource
    void ends_at_once_when_the_deadline_is_over(Selectors selectors) throws Exception {
        assertThat(readiness(selectors).await(channel, true, System.nanoTime() - 1, 0))
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void ends_when_aborted(Selectors selectors) throws Exception {
        FutureTask<Integer> reading = start(() -> read(readiness(selectors), false, 0));
        abort.abort();

        assertThat(reading.get(10, TimeUnit.SECONDS)).isEqualTo(-2);
    }

    @ParameterizedTest
    @EnumSource
    void goes_on_when_interrupted_and_keeps_the_interrupt(Selectors selectors) throws Exception {
        Duration leastCpu = Duration.ofDays(1);
        // More than one try, since other threads compute, too. One that spins uses a whole second in each.
        for (int i = 0; i < 5 && leastCpu.compareTo(ENOUGH_FOR_WAITING) > 0; i++) {
            Duration cpuBefore = cpuOfThisProcess();
            Thread.currentThread().interrupt();
            int read = read(readiness(selectors), true, System.nanoTime() + TimeUnit.SECONDS.toNanos(1));
            assertThat(Thread.interrupted()).isTrue();
            assertThat(read).isEqualTo(-1);
            Duration cpu = cpuOfThisProcess().minus(cpuBefore);
            leastCpu = cpu.compareTo(leastCpu) < 0 ? cpu : leastCpu;
        }
        assertThat(leastCpu).isLessThanOrEqualTo(ENOUGH_FOR_WAITING);
    }

    @ParameterizedTest
    @EnumSource
    void returns_when_the_channel_is_closed(Selectors selectors) throws Exception {
        channel.close();
        assertThat(readiness(selectors).await(channel, false, 0, 0)).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void ends_when_a_virtual_thread_is_interrupted(Selectors selectors) throws Exception {
        assumeTrue(SocketPlay.hasVirtualThreads(), "needs virtual threads");
        FutureTask<String> reading = new FutureTask<>(() -> {
            Thread.currentThread().interrupt();
            try {
                return "read " + read(readiness(selectors), false, 0);
            } catch (InterruptedIOException e) {
                return "interrupted, flag " + Thread.currentThread().isInterrupted();
            }
        });
        SocketPlay.startVirtualThread(reading);

        assertThat(reading.get(10, TimeUnit.SECONDS)).isEqualTo("interrupted, flag true");
    }

    /** Reads one byte; -1 if time ran out, -2 if aborted. */
    private int read(Readiness readable, boolean timed, long deadlineNanos) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1);
        for (int round = 0; channel.read(buffer) == 0; round++) {
            if (abort.isAborted()) {
                return -2;
            }
            if (!readable.await(channel, timed, deadlineNanos, round)) {
                return -1;
            }
        }
        return buffer.get(0);
    }

    private Readiness readiness(Selectors selectors) {
        return selectors == Selectors.NONE
                ? new Readiness(SelectionKey.OP_READ, abort, none -> null)
                : new Readiness(SelectionKey.OP_READ, abort);
    }

    private static FutureTask<Integer> start(Callable<Integer> reading) throws Exception {
        FutureTask<Integer> task = new FutureTask<>(reading);
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        thread.start();
        SocketPlay.awaitInside(Readiness.class, thread);
        return task;
    }

    private static Duration cpuOfThisProcess() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }
}
