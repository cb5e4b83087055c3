package dev.connie.examples;

import java.io.Console;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Colours for a terminal, and none for all else.
 *
 * @param on whether to colour at all
 */
record Colours(boolean on) {
    static final Colours NONE = new Colours(false);

    /** Returns colours if the program's output goes to a terminal and the user has not asked for none. */
    static Colours ofThisTerminal() {
        return of(System.getenv(), isTerminal(System.console()));
    }

    static Colours of(Map<String, String> environment, boolean terminal) {
        // See no-color.org: any value but the empty one counts.
        boolean refused = !environment.getOrDefault("NO_COLOR", "").isEmpty()
                || environment.getOrDefault("TERM", "").equals("dumb");
        return new Colours(terminal && !refused);
    }

    private static boolean isTerminal(@Nullable Console console) {
        if (console == null) {
            return false;
        }
        try {
            // From JDK 22 on there is a console without a terminal, too.
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException olderJdk) {
            return true;
        }
    }

    String bold(String text) {
        return coded("1", text);
    }

    String dim(String text) {
        return coded("2", text);
    }

    String red(String text) {
        return coded("31", text);
    }

    String green(String text) {
        return coded("32", text);
    }

    String yellow(String text) {
        return coded("33", text);
    }

    private String coded(String code, String text) {
        return on && !text.isEmpty() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
