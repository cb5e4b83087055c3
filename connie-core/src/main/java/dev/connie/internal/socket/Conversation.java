package dev.connie.internal.socket;

import java.nio.ByteBuffer;

/**
 * What was said over one connection, as far as it shows whether the server is of use: whether it was asked something,
 * and whether it answered. With TLS a handshake that broke off is no answer: only what comes after our second flight
 * is, as a record of application data (RFC 8446, section 5.1; RFC 5246, section 6.2.1).
 *
 * <p>The thread that reads and the thread that writes tell it; the thread that closes asks it, without a lock: it may
 * miss what comes in the moment of the close. Once an answer has come there is nothing more to tell.
 */
public final class Conversation {
    /** What a connection that is closed has shown of its server. */
    public enum Impression {
        /** It answered. */
        USEFUL,
        /** It was asked something, and gave no answer. */
        DISAPPOINTING,
        /** Nobody asked it anything, or waited for an answer. */
        NONE
    }

    private static final byte CHANGE_CIPHER_SPEC_RECORD = 0x14;
    private static final int CHANGE_CIPHER_SPEC_LENGTH = 6;
    private static final byte HANDSHAKE_RECORD = 0x16;
    private static final byte APPLICATION_DATA_RECORD = 0x17;

    private static final int RECORD_HEADER = 5;

    /** The bytes of level, description and content type, and of the tag of an AEAD cipher. */
    private static final int ENCRYPTED_ALERT_LENGTH = 2 + 1 + 16;

    private boolean useful;
    private boolean overTls;
    // How often we wrote after we had read, the first time included.
    private int flights;
    private boolean ourTurn;
    // Since we last wrote: whether a reader had to wait, and whether what it then got looked like an answer.
    private boolean waitedInTurn;
    private boolean seemsUseful;
    private boolean answered;
    private boolean waited;
    private boolean broken;

    /** Returns whether there is nothing more to tell: the server is of use. */
    boolean isOver() {
        return useful;
    }

    /** Is told of a write that is about to be made. */
    void asks(ByteBuffer bytes) {
        byte first = bytes.get(bytes.position());
        if (ourTurn
                || overTls && first == CHANGE_CIPHER_SPEC_RECORD && bytes.remaining() == CHANGE_CIPHER_SPEC_LENGTH) {
            // JSSE sends this one for middleboxes, in the midst of the server's flight (RFC 8446, appendix D.4).
            return;
        }
        ourTurn = true;
        waitedInTurn = false;
        flights++;
        if (flights == 1) {
            overTls = first == HANDSHAKE_RECORD;
        }
    }

    /** Is told of a read that got something, from its first byte on. */
    void answers(ByteBuffer bytes) {
        if (flights == 0) {
            // A server that speaks first is of use, whatever it is asked then.
            useful = true;
            return;
        }
        answered = true;
        if (ourTurn) {
            ourTurn = false;
            seemsUseful = flights > 1 && isApplicationData(bytes);
            useful = !overTls || seemsUseful && waitedInTurn;
        } else {
            // JSSE reads what was left of the server's first flight when it gives up, in one go and without waiting.
            useful = seemsUseful;
        }
    }

    /** From TLS 1.3 on an alert looks like application data, but for its length (RFC 8446, sections 5.2 and 6). */
    private static boolean isApplicationData(ByteBuffer bytes) {
        return bytes.remaining() >= RECORD_HEADER
                && bytes.get(bytes.position()) == APPLICATION_DATA_RECORD
                && (bytes.getShort(bytes.position() + 3) & 0xffff) > ENCRYPTED_ALERT_LENGTH;
    }

    /** Is told that a reader found nothing to read: it had to wait, or the server had ended the connection. */
    void waits() {
        waited = true;
        waitedInTurn = true;
    }

    /** Is told that the connection turned out to be gone when something was written. */
    void breaks() {
        broken = true;
    }

    Impression impression() {
        if (useful) {
            return Impression.USEFUL;
        }
        return flights > 0 && (waited || broken || answered) ? Impression.DISAPPOINTING : Impression.NONE;
    }
}
