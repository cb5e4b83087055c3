package dev.connie;

import dev.connie.SocketPlay.Acting;
import dev.connie.SocketPlay.Case;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Cases of {@link SocketParityTest}: reading and writing. */
final class StreamCases {
    /** More than the kernel buffers. */
    private static final int LARGE = 6_000_000;

    private StreamCases() {}

    static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        streams(cases);
        reading(cases);
        writing(cases);
        halfClosing(cases);
        return cases;
    }

    private static void streams(List<Case> cases) {
        cases.add(new Case("streams of an unconnected socket", play -> {
            play.see("in", () -> play.socket.getInputStream());
            play.see("out", () -> play.socket.getOutputStream());
            play.attempt("shutdownInput", () -> play.socket.shutdownInput());
            play.attempt("shutdownOutput", () -> play.socket.shutdownOutput());
            play.attempt("sendUrgentData", () -> play.socket.sendUrgentData(1));
        }));
        cases.add(new Case("streams are the same each time", play -> {
            play.connect();
            InputStream in = play.socket.getInputStream();
            OutputStream out = play.socket.getOutputStream();
            play.see("in", () -> play.socket.getInputStream() == in);
            play.see("out", () -> play.socket.getOutputStream() == out);
        }));
        cases.add(new Case("streams of a closed socket", play -> {
            play.connect();
            InputStream in = play.socket.getInputStream();
            OutputStream out = play.socket.getOutputStream();
            play.socket.close();
            play.see("getInputStream", () -> play.socket.getInputStream());
            play.see("getOutputStream", () -> play.socket.getOutputStream());
            play.see("read", () -> in.read());
            play.see("read none", () -> in.read(new byte[0]));
            play.see("available", () -> in.available());
            play.attempt("write", () -> out.write(1));
            play.attempt("write none", () -> out.write(new byte[0]));
            play.attempt("flush", () -> out.flush());
            play.attempt("shutdownInput", () -> play.socket.shutdownInput());
            play.attempt("shutdownOutput", () -> play.socket.shutdownOutput());
            play.attempt("sendUrgentData", () -> play.socket.sendUrgentData(1));
        }));
        cases.add(new Case("closing the input closes the socket", play -> {
            Socket peer = play.connect();
            try (InputStream in = play.socket.getInputStream()) {
                play.see("available", () -> in.available());
            }
            play.seeState("closed");
            play.see("peer", peer.getInputStream()::read);
        }));
        cases.add(new Case("closing the output closes the socket", play -> {
            Socket peer = play.connect();
            try (OutputStream out = play.socket.getOutputStream()) {
                out.write(1);
            }
            play.seeState("closed");
            play.see("peer", () -> Arrays.toString(peer.getInputStream().readAllBytes()));
        }));
    }

    private static void reading(List<Case> cases) {
        cases.add(new Case("reads in all forms", play -> {
            Socket peer = play.connect();
            byte[] sent = new byte[1000];
            for (int i = 0; i < sent.length; i++) {
                sent[i] = (byte) i;
            }
            peer.getOutputStream().write(sent);
            play.awaitArrival(sent.length);
            InputStream in = play.socket.getInputStream();
            byte[] buffer = new byte[10];
            play.see("available", in::available);
            play.see("one", in::read);
            play.see("none", () -> in.read(buffer, 5, 0));
            play.see("some", () -> in.read(buffer, 2, 5) + Arrays.toString(buffer));
            play.see("all", () -> in.read(buffer) + Arrays.toString(buffer));
            play.see("skip", () -> in.skip(200));
            play.attempt("skipNBytes", () -> in.skipNBytes(20));
            play.see("readNBytes", () -> Arrays.toString(in.readNBytes(100)));
            play.see("too much", () -> in.read(new byte[5000]));
            peer.close();
            play.see("end", in::read);
            play.see("end again", () -> in.read(buffer));
            play.see("end, none", () -> in.read(buffer, 0, 0));
            play.see("available", in::available);
            play.socket.close();
            play.see("end, even closed", in::read);
        }));
        cases.add(new Case("reads and writes with bad bounds", play -> {
            Socket peer = play.connect();
            peer.getOutputStream().write(1);
            InputStream in = play.socket.getInputStream();
            OutputStream out = play.socket.getOutputStream();
            play.see("null", () -> in.read(null));
            play.see("null, range", () -> in.read(null, 0, 1));
            play.see("negative", () -> in.read(new byte[3], -1, 2));
            play.see("beyond", () -> in.read(new byte[3], 2, 2));
            play.see("overflow", () -> in.read(new byte[3], 2, Integer.MAX_VALUE));
            play.attempt("write null", () -> out.write(null));
            play.attempt("write negative", () -> out.write(new byte[3], 0, -1));
            play.attempt("write beyond", () -> out.write(new byte[3], 4, 1));
            play.see("still there", in::read);
        }));
        cases.add(new Case("transferTo until the end", play -> {
            Socket peer = play.connect();
            Acting sending = play.start("sent", () -> {
                peer.getOutputStream().write(new byte[LARGE]);
                peer.close();
                return "all";
            });
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            play.see("transferTo", () -> play.socket.getInputStream().transferTo(received));
            play.see("received", received::size);
            sending.end();
        }));
        cases.add(new Case("a read blocks until data comes", play -> {
            Socket peer = play.connect();
            Acting reading =
                    play.start("read", play.socket.getInputStream()::read).awaitBlocked();
            peer.getOutputStream().write(42);
            reading.end();
        }));
        cases.add(new Case("a read blocks until the end", play -> {
            Socket peer = play.connect();
            Acting reading =
                    play.start("read", play.socket.getInputStream()::read).awaitBlocked();
            peer.close();
            reading.end();
            play.seeState("after");
        }));
        cases.add(new Case("a read that times out, then data", play -> {
            Socket peer = play.connect();
            InputStream in = play.socket.getInputStream();
            play.socket.setSoTimeout(30);
            play.see("read", in::read);
            play.see("read again", () -> in.read(new byte[10]));
            play.seeState("after");
            peer.getOutputStream().write(42);
            play.socket.setSoTimeout(5000);
            play.see("data", in::read);
            play.socket.setSoTimeout(1);
            play.see("read", in::read);
            play.socket.setSoTimeout(0);
            peer.getOutputStream().write(43);
            play.see("untimed", in::read);
            peer.close();
            play.see("end", in::read);
        }));
        cases.add(new Case("a timeout set before the connect", play -> {
            play.socket.setSoTimeout(30);
            play.connect();
            play.see("read", play.socket.getInputStream()::read);
        }));
        cases.add(new Case("a timeout set while a read blocks is for the next one", play -> {
            Socket peer = play.connect();
            InputStream in = play.socket.getInputStream();
            Acting reading = play.start("read", in::read).awaitBlocked();
            play.socket.setSoTimeout(1);
            reading.awaitBlocked();
            peer.getOutputStream().write(42);
            reading.end();
            play.see("next", in::read);
        }));
        if (Runtime.version().feature() > 17) {
            cases.add(new Case("a second reader waits for the first, and its timeout counts", play -> {
                Socket peer = play.connect();
                InputStream in = play.socket.getInputStream();
                Acting first = play.start("first", in::read).awaitBlocked();
                play.socket.setSoTimeout(30);
                play.see("second", in::read);
                peer.getOutputStream().write(42);
                first.end();
            }));
        }
    }

    private static void writing(List<Case> cases) {
        cases.add(new Case("writes in all forms", play -> {
            Socket peer = play.connect();
            OutputStream out = play.socket.getOutputStream();
            play.attempt("one", () -> out.write(300));
            play.attempt("some", () -> out.write(new byte[] {1, 2, 3, 4}, 1, 2));
            play.attempt("all", () -> out.write(new byte[] {5, 6}));
            play.attempt("none", () -> out.write(new byte[0]));
            play.attempt("flush", out::flush);
            play.socket.shutdownOutput();
            play.see("peer", () -> Arrays.toString(peer.getInputStream().readAllBytes()));
        }));
        cases.add(new Case("a large write blocks until the peer reads", play -> {
            Socket peer = play.connect();
            byte[] sent = new byte[LARGE];
            for (int i = 0; i < LARGE; i++) {
                sent[i] = (byte) (i * 31 + i / 4096);
            }
            Acting writing = play.start("write", () -> {
                play.socket.getOutputStream().write(sent, 1, LARGE - 2);
                play.socket.shutdownOutput();
                return "done";
            });
            writing.awaitBlocked();
            byte[] received = peer.getInputStream().readAllBytes();
            play.see("received", () -> Arrays.equals(received, 0, received.length, sent, 1, LARGE - 1));
            writing.end();
        }));
        cases.add(new Case("a read goes on while a write blocks", play -> {
            Socket peer = play.connect();
            Acting writing = play.start("write", () -> {
                play.socket.getOutputStream().write(new byte[LARGE]);
                return "done";
            });
            writing.awaitBlocked();
            Acting reading =
                    play.start("read", play.socket.getInputStream()::read).awaitBlocked();
            peer.getOutputStream().write(42);
            reading.end();
            play.see("received", () -> peer.getInputStream().readNBytes(LARGE).length);
            writing.end();
        }));
        cases.add(new Case("urgent data is dropped unless it is inline", play -> {
            Socket peer = play.connect();
            play.attempt("send", () -> play.socket.sendUrgentData(7));
            play.socket.getOutputStream().write(8);
            play.see("peer", peer.getInputStream()::read);
            peer.setOOBInline(true);
            play.attempt("send", () -> play.socket.sendUrgentData(9));
            play.see("peer", peer.getInputStream()::read);
        }));
        cases.add(new Case("urgent data received", play -> {
            Socket peer = play.connect();
            peer.sendUrgentData(7);
            peer.getOutputStream().write(8);
            play.see("dropped", play.socket.getInputStream()::read);
            play.socket.setOOBInline(true);
            peer.sendUrgentData(9);
            play.see("inline", play.socket.getInputStream()::read);
        }));
        cases.add(new Case("urgent data, inline since before the connect", play -> {
            play.socket.setOOBInline(true);
            Socket peer = play.connect();
            peer.sendUrgentData(9);
            play.see("inline", play.socket.getInputStream()::read);
        }));
    }

    private static void halfClosing(List<Case> cases) {
        cases.add(new Case("shutdownOutput", play -> {
            Socket peer = play.connect();
            OutputStream out = play.socket.getOutputStream();
            out.write(1);
            play.attempt("shutdownOutput", play.socket::shutdownOutput);
            play.seeState("half closed");
            play.see("peer", () -> Arrays.toString(peer.getInputStream().readAllBytes()));
            play.attempt("write", () -> out.write(2));
            play.attempt("write none", () -> out.write(new byte[0]));
            play.attempt("urgent", () -> play.socket.sendUrgentData(2));
            play.see("getOutputStream", () -> play.socket.getOutputStream());
            play.attempt("again", play.socket::shutdownOutput);
            peer.getOutputStream().write(3);
            play.see("read", play.socket.getInputStream()::read);
            peer.close();
            play.see("end", play.socket.getInputStream()::read);
        }));
        cases.add(new Case("shutdownInput", play -> {
            Socket peer = play.connect();
            InputStream in = play.socket.getInputStream();
            peer.getOutputStream().write(new byte[5]);
            play.awaitArrival(5);
            play.attempt("shutdownInput", play.socket::shutdownInput);
            play.seeState("half closed");
            play.see("available", in::available);
            play.see("read", in::read);
            play.see("getInputStream", () -> play.socket.getInputStream());
            play.attempt("again", play.socket::shutdownInput);
            play.socket.getOutputStream().write(4);
            play.see("peer", peer.getInputStream()::read);
        }));
        cases.add(new Case("shutdownInput while a read blocks", play -> {
            play.connect();
            Acting reading =
                    play.start("read", play.socket.getInputStream()::read).awaitBlocked();
            play.socket.shutdownInput();
            reading.end();
        }));
        cases.add(new Case("shutdownOutput while a write blocks", play -> {
            play.connect();
            Acting writing = play.start("write", () -> {
                play.socket.getOutputStream().write(new byte[LARGE]);
                return "done";
            });
            writing.awaitBlocked();
            play.socket.shutdownOutput();
            writing.end();
        }));
        cases.add(new Case("shutdown both ways", play -> {
            Socket peer = play.connect();
            play.attempt("in", play.socket::shutdownInput);
            play.attempt("out", play.socket::shutdownOutput);
            play.seeState("shut down");
            play.see("peer", peer.getInputStream()::read);
            play.attempt("close", play.socket::close);
            play.attempt("in", play.socket::shutdownInput);
        }));
    }
}
