package dev.connie.benchmarks.lab;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;

/** Runs a program in a {@link Namespace} and sees to it that it ends with the one that started it. */
final class Inside {
    private static final int PARENT_IS_GONE = 130;

    private Inside() {}

    /** Takes the name of the class whose main is to run, and its arguments. */
    public static void main(String[] args) throws Throwable {
        Thread watch = new Thread(Inside::haltWithParent, "connie-namespace-parent");
        watch.setDaemon(true);
        watch.start();
        Class<?> main = Class.forName(args[0]);
        MethodHandles.privateLookupIn(main, MethodHandles.lookup())
                .findStatic(main, "main", MethodType.methodType(void.class, String[].class))
                .invoke((Object) Arrays.copyOfRange(args, 1, args.length));
    }

    /** Standard input is a pipe on which nobody writes: the kernel closes it when the parent ends, even if killed. */
    private static void haltWithParent() {
        try {
            while (System.in.read() >= 0) {
                // Nothing is meant to come.
            }
        } catch (IOException ignored) {
            // Then the pipe is gone as well.
        }
        Runtime.getRuntime().halt(PARENT_IS_GONE);
    }
}
