package dev.connie.okhttp;

/** Reads exceptions as a log shows them. */
final class Errors {
    private Errors() {}

    /** Returns type and message of an exception, of its causes and of what they suppress. */
    static String text(Throwable error) {
        StringBuilder text = new StringBuilder();
        for (Throwable e = error; e != null; e = e.getCause()) {
            text.append(e).append('\n');
            for (Throwable suppressed : e.getSuppressed()) {
                text.append(text(suppressed));
            }
        }
        return text.toString();
    }
}
