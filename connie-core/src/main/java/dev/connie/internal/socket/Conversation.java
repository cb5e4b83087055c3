package dev.connie.internal.socket;

/**
 * What is said over one connection, as far as it tells whether the server is of use: whether it was asked, and whether an
 * answer came. With TLS a handshake that broke off is no answer: only what comes after our second flight is, as a record
 * of application data (RFC 8446, section 5.1; RFC 5246, section 6.2.1).
 *
 * <p>Told by the thread that reads and the one that writes; asked by the one that closes. What that misses came in the
 * moment of the close. Once an answer has come there is nothing more to tell.
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

    private static final byte HANDSHAKE_RECORD = 0x16;
    private static final byte APPLICATION_DATA_RECORD = 0x17;

    private boolean useful;
    private boolean overTls;
    // How often we wrote after we had read, the first time included.
    private int flights;
    private boolean ourTurn;
    private boolean answered;
    private boolean waited;
    private boolean broken;

    /** Returns whether all is told: the server is of use. */
    boolean isOver() {
        return useful;
    }

    /** Is told of a write, of which this is the first byte. */
    void asks(byte first) {
        if (!ourTurn) {
            ourTurn = true;
            flights++;
            if (flights == 1) {
                overTls = first == HANDSHAKE_RECORD;
            }
        }
    }

    /** Is told of a read that got something, of which this is the first byte. */
    void answers(byte first) {
        if (flights == 0) {
            // A server that speaks first is well, whatever it is asked then.
            useful = true;
            return;
        }
        answered = true;
        useful = !overTls || flights > 1 && ourTurn && first == APPLICATION_DATA_RECORD;
        ourTurn = false;
    }

    /** Is told that a reader found nothing to read: it had to wait, or the server had ended the connection. */
    void waits() {
        waited = true;
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
