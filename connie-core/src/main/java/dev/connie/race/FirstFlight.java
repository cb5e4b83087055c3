package dev.connie.race;

import java.util.Arrays;

/**
 * The first bytes that a client writes, kept as long as they may be a TLS ClientHello. A hello says the same to every
 * server, and a server that is sent one has promised nothing: so it may be repeated. Nothing else may. Not thread-safe.
 *
 * <p>Read are the record layer (RFC 8446, section 5.1) and the first four bytes of the handshake message (section 4); a
 * hello may come byte by byte, and in several records.
 */
public final class FirstFlight {
    /** More than any hello needs: one with a post-quantum key share takes 2 KB, one with a thousand protocols 20. */
    static final int MAX_BYTES = 64 * 1024;

    private static final int HANDSHAKE = 0x16;
    private static final int CLIENT_HELLO = 1;
    private static final int RECORD_HEADER = 5;
    private static final int MESSAGE_HEADER = 4;
    private static final int MAX_FRAGMENT = 1 << 14;

    /** What the bytes are so far. */
    public enum Kind {
        /** There are none. */
        NOTHING,
        /** The beginning of a hello. */
        HELLO_BEGUN,
        /** One hello, and nothing else. */
        HELLO,
        /** Something else. Nothing more is kept. */
        OTHER
    }

    private Kind kind = Kind.NOTHING;
    private byte[] kept = new byte[0];
    private int length;
    // Of the current record: what is still to come of its header and of its fragment.
    private int headerLeft = RECORD_HEADER;
    private int fragmentLeft;
    // Of the message: the bytes seen, and how long it is once its header was seen.
    private int messageSeen;
    private int messageLength;

    /** Begins with nothing. */
    public FirstFlight() {}

    /** Returns what the bytes are so far. */
    public Kind kind() {
        return kind;
    }

    /** Returns how many bytes are kept. */
    public int length() {
        return length;
    }

    /** Returns the array that holds the kept bytes at its beginning; not a copy, and to be read only. */
    public byte[] bytes() {
        return kept;
    }

    /**
     * Looks at bytes that the client writes.
     *
     * @return how many of them belong to the hello and are kept; what comes behind a hello makes the whole {@link
     *     Kind#OTHER}. None, if these bytes show that it is not one: what was kept before stays
     */
    public int add(byte[] bytes, int offset, int count) {
        if (kind == Kind.OTHER || count == 0) {
            return 0;
        }
        int taken = 0;
        while (taken < count && kind != Kind.HELLO) {
            if (length + taken >= MAX_BYTES || !look(bytes[offset + taken] & 0xff)) {
                kind = Kind.OTHER;
                return 0;
            }
            taken++;
            kind = isWhole() ? Kind.HELLO : Kind.HELLO_BEGUN;
        }
        if (length + taken > kept.length) {
            kept = Arrays.copyOf(kept, Math.max(length + taken, Math.min(MAX_BYTES, 2 * kept.length)));
        }
        for (int i = 0; i < taken; i++) {
            kept[length + i] = bytes[offset + i];
        }
        length += taken;
        if (taken < count) {
            kind = Kind.OTHER;
        }
        return taken;
    }

    /** Returns false if a hello does not go on like this. */
    private boolean look(int next) {
        if (headerLeft > 0) {
            return lookAtHeader(next);
        }
        boolean fits = lookAtMessage(next);
        fragmentLeft--;
        if (fragmentLeft == 0) {
            headerLeft = RECORD_HEADER;
        }
        // The hello ends where a record ends: else the record has something else in it as well.
        return fits && (!isMessageSeen() || fragmentLeft == 0);
    }

    private boolean lookAtHeader(int next) {
        int place = RECORD_HEADER - headerLeft;
        headerLeft--;
        switch (place) {
            case 0:
                return next == HANDSHAKE;
            case 1:
                // The major version of everything from SSL 3.0 to TLS 1.3; the minor one says nothing.
                return next == 3;
            case 3:
                fragmentLeft = next << 8;
                return true;
            case 4:
                fragmentLeft |= next;
                return fragmentLeft > 0 && fragmentLeft <= MAX_FRAGMENT;
            default:
                return true;
        }
    }

    private boolean lookAtMessage(int next) {
        int place = messageSeen;
        messageSeen++;
        if (place == 0) {
            return next == CLIENT_HELLO;
        }
        if (place < MESSAGE_HEADER) {
            messageLength = messageLength << 8 | next;
        }
        return messageLength <= MAX_BYTES;
    }

    private boolean isMessageSeen() {
        return messageSeen >= MESSAGE_HEADER && messageSeen == MESSAGE_HEADER + messageLength;
    }

    private boolean isWhole() {
        return isMessageSeen() && headerLeft == RECORD_HEADER;
    }
}
