package dev.connie.benchmarks;

import java.io.IOException;

/**
 * A contender as the command line and the tables name it.
 *
 * @param name short, as in the tables: {@code OkHttp + Connie}
 * @param factory makes one for a site
 */
public record ContenderKind(String name, Factory factory) {
    /** Makes a contender for a site; {@link Contender#close} ends it. */
    @FunctionalInterface
    public interface Factory {
        Contender open(Site site) throws IOException;
    }
}
