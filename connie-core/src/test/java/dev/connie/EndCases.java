package dev.connie;

import dev.connie.SocketPlay.Acting;
import dev.connie.SocketPlay.Case;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** Cases of {@link SocketParityTest}: resets, and closes from everywhere. */
final class EndCases {
    /** More than the kernel buffers. */
    private static final int LARGE = 6_000_000;

    private EndCases() {}

    static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        resets(cases);
        closes(cases);
        return cases;
    }

    private static void resets(List<Case> cases) {
        cases.add(new Case("a reset, then reads and writes", play -> {
            Socket peer = play.connect();
            InputStream in = play.socket.getInputStream();
            SocketPlay.reset(peer);
            play.see("read", in::read);
            play.see("read again", in::read);
            play.attempt("write", () -> play.socket.getOutputStream().write(1));
            play.see("available", in::available);
            play.attempt("shutdownInput", play.socket::shutdownInput);
            play.see("read shut down", in::read);
            play.attempt("shutdownOutput", play.socket::shutdownOutput);
            play.seeState("after");
            play.attempt("close", play.socket::close);
            play.see("read closed", in::read);
        }));
        cases.add(new Case("a reset, then writes and reads", play -> {
            Socket peer = play.connect();
            InputStream in = play.socket.getInputStream();
            OutputStream out = play.socket.getOutputStream();
            Acting reading = play.start("read", in::read).awaitBlocked();
            SocketPlay.reset(peer);
            reading.end();
            play.attempt("write", () -> out.write(1));
            play.attempt("write again", () -> out.write(new byte[100]));
            play.attempt("urgent", () -> play.socket.sendUrgentData(1));
            play.see("read", in::read);
        }));
        cases.add(new Case("a reset while a write blocks", play -> {
            Socket peer = play.connect();
            Acting writing = play.start("write", () -> {
                play.socket.getOutputStream().write(new byte[LARGE]);
                return "done";
            });
            writing.awaitBlocked();
            SocketPlay.reset(peer);
            writing.end();
            play.attempt("write", () -> play.socket.getOutputStream().write(1));
            play.see("read", play.socket.getInputStream()::read);
        }));
        cases.add(new Case("a peer that is gone, written to until it says so", play -> {
            Socket peer = play.connect();
            peer.close();
            play.see("read", play.socket.getInputStream()::read);
            OutputStream out = play.socket.getOutputStream();
            out.write(1);
            play.attempt(
                    "write",
                    () -> SocketPlay.awaitTrue(() -> {
                        out.write(1);
                        return false;
                    }));
        }));
        cases.add(new Case("close with linger 0 resets", play -> {
            Socket peer = play.connect();
            play.socket.setSoLinger(true, 0);
            play.socket.close();
            play.see("peer", peer.getInputStream()::read);
        }));
        cases.add(new Case("close with linger 0 set before the connect resets", play -> {
            play.socket.setSoLinger(true, 0);
            Socket peer = play.connect();
            play.socket.close();
            play.see("peer", peer.getInputStream()::read);
        }));
        cases.add(new Case("close with linger 0 while a read blocks resets", play -> {
            Socket peer = play.connect();
            play.socket.setSoLinger(true, 0);
            Acting reading =
                    play.start("read", play.socket.getInputStream()::read).awaitBlocked();
            play.socket.close();
            reading.end();
            play.see("peer", peer.getInputStream()::read);
        }));
        cases.add(new Case("close with data left unread: the peer sees the end", play -> {
            Socket peer = play.connect();
            peer.getOutputStream().write(new byte[1000]);
            play.awaitArrival(1000);
            play.socket.close();
            play.see("peer", peer.getInputStream()::read);
        }));
        cases.add(new Case("close with linger sends what was written", play -> {
            Socket peer = play.connect();
            play.socket.setSoLinger(true, 5);
            play.socket.getOutputStream().write(new byte[10_000]);
            play.socket.close();
            play.see("peer", () -> peer.getInputStream().readAllBytes().length);
        }));
    }

    private static void closes(List<Case> cases) {
        cases.add(new Case("close twice", play -> {
            Socket peer = play.connect();
            play.attempt("close", play.socket::close);
            play.attempt("again", play.socket::close);
            play.seeState("closed");
            play.see("peer", peer.getInputStream()::read);
        }));
        for (int timeout : new int[] {0, 10_000}) {
            cases.add(new Case("close while a read blocks, timeout " + timeout, play -> {
                Socket peer = play.connect();
                play.socket.setSoTimeout(timeout);
                Acting reading =
                        play.start("read", play.socket.getInputStream()::read).awaitBlocked();
                play.attempt("close", play.socket::close);
                reading.end();
                play.see("peer", peer.getInputStream()::read);
            }));
            cases.add(new Case("close while a connect is under way, timeout " + timeout, play -> {
                Acting connecting = play.start("connect", () -> {
                    play.socket.connect(play.silent(), timeout);
                    return "done";
                });
                connecting.awaitBlocked();
                play.attempt("close", play.socket::close);
                connecting.end();
                play.seeState("closed");
            }));
        }
        cases.add(new Case("close while a write blocks", play -> {
            play.connect();
            Acting writing = play.start("write", () -> {
                play.socket.getOutputStream().write(new byte[LARGE]);
                return "done";
            });
            writing.awaitBlocked();
            play.attempt("close", play.socket::close);
            writing.end();
        }));
        cases.add(new Case("close while a read and a write block, with others behind them", play -> {
            play.connect();
            List<Acting> all = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                all.add(play.start("read", play.socket.getInputStream()::read).awaitBlocked());
                all.add(play.start("write", () -> {
                            play.socket.getOutputStream().write(new byte[LARGE]);
                            return "done";
                        })
                        .awaitBlocked());
            }
            play.attempt("close", play.socket::close);
            for (Acting each : all) {
                each.end();
            }
        }));
    }
}
