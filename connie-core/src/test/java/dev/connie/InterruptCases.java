package dev.connie;

import dev.connie.SocketPlay.Acting;
import dev.connie.SocketPlay.Case;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** Cases of {@link SocketParityTest}: interrupts, and virtual threads. */
final class InterruptCases {
    /** More than the kernel buffers. */
    private static final int LARGE = 6_000_000;

    private InterruptCases() {}

    static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        interrupts(cases);
        if (SocketPlay.hasVirtualThreads()) {
            interruptsOfVirtualThreads(cases);
        }
        return cases;
    }

    private static void interrupts(List<Case> cases) {
        cases.add(new Case("interrupted before the connect, the read and the write", play -> {
            Thread.currentThread().interrupt();
            Socket peer = play.connect();
            play.see("flag", () -> Thread.currentThread().isInterrupted());
            play.attempt("write", () -> play.socket.getOutputStream().write(1));
            play.see("peer", peer.getInputStream()::read);
            peer.getOutputStream().write(new byte[] {2, 3});
            play.see("read", play.socket.getInputStream()::read);
            play.socket.setSoTimeout(1000);
            play.see("timed read", play.socket.getInputStream()::read);
            play.socket.setSoTimeout(20);
            play.see("read without data", play.socket.getInputStream()::read);
            play.see("flag", Thread::interrupted);
            play.seeState("after");
        }));
        cases.add(new Case("interrupted before a connect that times out", play -> {
            Thread.currentThread().interrupt();
            play.attempt("connect", () -> play.socket.connect(play.silent(), 50));
            play.see("flag", Thread::interrupted);
        }));
        cases.add(new Case("interrupted while a connect is under way", play -> {
            Acting connecting = play.start(
                            "connect",
                            () -> flagAfter(() -> {
                                play.socket.connect(play.silent(), 700);
                                return "done";
                            }))
                    .awaitBlocked();
            connecting.thread.interrupt();
            connecting.end();
        }));
        for (int timeout : new int[] {0, 10_000}) {
            cases.add(new Case("interrupted while a read blocks, timeout " + timeout, play -> {
                Socket peer = play.connect();
                play.socket.setSoTimeout(timeout);
                InputStream in = play.socket.getInputStream();
                Acting reading = play.start("read", () -> flagAfter(in::read)).awaitBlocked();
                reading.thread.interrupt();
                reading.awaitBlocked();
                peer.getOutputStream().write(new byte[] {1, 2});
                reading.end();
                play.see("next", in::read);
                play.seeState("after");
            }));
        }
        cases.add(new Case("interrupted while a write blocks", play -> {
            Socket peer = play.connect();
            Acting writing = play.start(
                    "write",
                    () -> flagAfter(() -> {
                        play.socket.getOutputStream().write(new byte[LARGE]);
                        return "done";
                    }));
            writing.awaitBlocked().thread.interrupt();
            writing.awaitBlocked();
            play.see("received", () -> peer.getInputStream().readNBytes(LARGE).length);
            writing.end();
            play.seeState("after");
        }));
        cases.add(new Case("interrupted while waiting for another reader", play -> {
            Socket peer = play.connect();
            InputStream in = play.socket.getInputStream();
            Acting first = play.start("first", () -> flagAfter(in::read)).awaitBlocked();
            Acting second = play.start("second", () -> flagAfter(in::read)).awaitBlocked();
            second.thread.interrupt();
            second.awaitBlocked();
            peer.getOutputStream().write(1);
            first.end();
            peer.getOutputStream().write(2);
            second.end();
        }));
    }

    private static void interruptsOfVirtualThreads(List<Case> cases) {
        cases.add(new Case("virtual: connect, write, read, time out", play -> {
            play.startVirtually("all", () -> {
                        Socket peer = play.connect();
                        play.socket.getOutputStream().write(1);
                        play.see("peer", peer.getInputStream()::read);
                        peer.getOutputStream().write(2);
                        play.see("read", play.socket.getInputStream()::read);
                        play.socket.setSoTimeout(20);
                        play.see("read", play.socket.getInputStream()::read);
                        return "done";
                    })
                    .end();
        }));
        for (int timeout : new int[] {0, 10_000}) {
            cases.add(new Case("virtual: interrupted while a read blocks, timeout " + timeout, play -> {
                Socket peer = play.connect();
                play.socket.setSoTimeout(timeout);
                InputStream in = play.socket.getInputStream();
                Acting reading =
                        play.startVirtually("read", () -> flagAfter(in::read)).awaitBlocked();
                reading.thread.interrupt();
                reading.end();
                play.seeState("after");
                play.see("peer", peer.getInputStream()::read);
            }));
            cases.add(new Case("virtual: interrupted while a connect is under way, timeout " + timeout, play -> {
                Acting connecting = play.startVirtually(
                                "connect",
                                () -> flagAfter(() -> {
                                    play.socket.connect(play.silent(), timeout);
                                    return "done";
                                }))
                        .awaitBlocked();
                connecting.thread.interrupt();
                connecting.end();
                play.seeState("after");
            }));
            cases.add(new Case("virtual: close while a read blocks, timeout " + timeout, play -> {
                play.connect();
                play.socket.setSoTimeout(timeout);
                Acting reading = play.startVirtually("read", play.socket.getInputStream()::read)
                        .awaitBlocked();
                play.attempt("close", play.socket::close);
                reading.end();
            }));
        }
        cases.add(new Case("virtual: interrupted before a read", play -> {
            Socket peer = play.connect();
            InputStream in = play.socket.getInputStream();
            peer.getOutputStream().write(new byte[] {1, 2});
            play.awaitArrival(2);
            play.startVirtually("read", () -> {
                        Thread.currentThread().interrupt();
                        play.see("with data", in::read);
                        play.see("with data", in::read);
                        return flagAfter(in::read);
                    })
                    .end();
            play.seeState("after");
        }));
        cases.add(new Case("virtual: interrupted while a write blocks", play -> {
            play.connect();
            Acting writing = play.startVirtually(
                    "write",
                    () -> flagAfter(() -> {
                        play.socket.getOutputStream().write(new byte[LARGE]);
                        return "done";
                    }));
            writing.awaitBlocked().thread.interrupt();
            writing.end();
            play.seeState("after");
        }));
        cases.add(new Case("virtual: close while a write blocks", play -> {
            play.connect();
            Acting writing = play.startVirtually("write", () -> {
                play.socket.getOutputStream().write(new byte[LARGE]);
                return "done";
            });
            writing.awaitBlocked();
            play.attempt("close", play.socket::close);
            writing.end();
        }));
    }

    /** Does it and adds whether the thread is interrupted then. */
    private static Object flagAfter(SocketPlay.Act act) throws Exception {
        Object outcome;
        try {
            outcome = act.run();
        } catch (IOException e) {
            outcome = e;
        }
        return outcome + ", interrupted " + Thread.interrupted();
    }
}
