package dev.connie.race;

/**
 * The first bytes that a server sends, as far as they are needed to tell whether it speaks TLS. They are the client's to
 * read, if this server is the one. Not thread-safe.
 *
 * <p>Only a handshake record is an answer to a hello. A warning is one too, since TLS 1.2 servers send {@code
 * unrecognized_name} before their ServerHello (RFC 6066, section 3); a fatal alert is a refusal, and so is {@code
 * close_notify}, which says goodbye (RFC 8446, section 6).
 */
public final class FirstAnswer {
    private static final int ALERT = 0x15;
    private static final int HANDSHAKE = 0x16;
    private static final int WARNING = 1;
    private static final int FATAL = 2;
    private static final int CLOSE_NOTIFY = 0;

    private static final int RECORD_HEADER = 5;
    private static final int ALERT_RECORD = 7;

    /** What the bytes are so far. */
    public enum Kind {
        /** There are too few to tell. */
        OPEN,
        /** An answer. */
        SPEAKS,
        /** An alert that ends the handshake: {@link #alert} says which. */
        REFUSES,
        /** Not TLS. */
        OTHER
    }

    private final byte[] bytes = new byte[ALERT_RECORD];
    private int length;

    /** Begins with nothing. */
    public FirstAnswer() {}

    /** Returns the array that holds the bytes at its beginning; not a copy. */
    public byte[] bytes() {
        return bytes;
    }

    /** Returns how many bytes there are. */
    public int length() {
        return length;
    }

    /**
     * Returns how many more bytes to read at most. A client reads the header of a record first, as JSSE does, and so finds
     * just that; an alert is needed as a whole.
     */
    public int wanted() {
        if (length < RECORD_HEADER) {
            return RECORD_HEADER - length;
        }
        return kind() == Kind.OPEN ? ALERT_RECORD - length : 0;
    }

    /** Says that so many more bytes, at most {@link #wanted}, were read into the array, behind those that it held. */
    public void added(int count) {
        length += count;
    }

    /** Returns what the bytes are so far. */
    public Kind kind() {
        if (length == 0) {
            return Kind.OPEN;
        }
        if (bytes[0] == HANDSHAKE) {
            return Kind.SPEAKS;
        }
        if (bytes[0] != ALERT) {
            return Kind.OTHER;
        }
        if (length < ALERT_RECORD) {
            return Kind.OPEN;
        }
        if (bytes[3] != 0 || bytes[4] != 2) {
            return Kind.OTHER;
        }
        if (bytes[5] == FATAL || bytes[5] == WARNING && alert() == CLOSE_NOTIFY) {
            return Kind.REFUSES;
        }
        return bytes[5] == WARNING ? Kind.SPEAKS : Kind.OTHER;
    }

    /** Returns the AlertDescription of RFC 8446, section 6; only of one that {@link Kind#REFUSES}. */
    int alert() {
        return bytes[6] & 0xff;
    }
}
