package dev.connie.benchmarks;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every command that measures something is told. */
public final class CommonOptions {
    // Set by picocli before it parses.
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--full", description = "Measure for minutes, as for publication; without it, for about one.")
    public boolean full;

    @Option(names = "--seed", paramLabel = "N", description = "Decides all that is drawn (default: ${DEFAULT-VALUE}).")
    public long seed = 1;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where tables, results and pictures go (default: ${DEFAULT-VALUE}).")
    public Path out = Path.of("benchmark-results");

    @Option(names = "--list", description = "List what there is to choose from, and do nothing else.")
    public boolean list;

    /** Returns what was chosen by name, in the order of all; all if nothing was. */
    public <T> List<T> chosen(String what, Collection<T> all, Function<T, String> name, @Nullable List<String> names) {
        requireKnown(what, all.stream().map(name).toList(), names);
        return all.stream()
                .filter(each -> names == null || names.contains(name.apply(each)))
                .toList();
    }

    public void requireKnown(String what, Collection<String> known, @Nullable List<String> names) {
        for (String each : names == null ? List.<String>of() : names) {
            if (!known.contains(each)) {
                throw wrong("no " + what + " is called " + each + "; --list tells the names");
            }
        }
    }

    /** Prints what there is of a kind, each with its description on a line of its own if it has one. */
    public <T> void print(String kind, List<T> all, Function<T, String> name, Function<T, String> description) {
        terminal().println(kind + ":");
        for (T each : all) {
            String more = description.apply(each);
            terminal().println("  " + name.apply(each) + (more.isEmpty() ? "" : "\n      " + more));
        }
    }

    /** Where everything is told. */
    public PrintWriter terminal() {
        return spec.commandLine().getOut();
    }

    /** All that the program was told. */
    List<String> arguments() {
        return spec.commandLine().getParent().getParseResult().originalArgs();
    }

    public ParameterException wrong(@Nullable String problem) {
        return new ParameterException(spec.commandLine(), problem);
    }

    /** Makes something of what the user said; what is wrong with that is told to the user. */
    <T> T parsed(Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
    }
}
