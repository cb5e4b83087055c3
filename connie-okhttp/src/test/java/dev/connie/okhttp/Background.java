package dev.connie.okhttp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** Work on threads of its own. */
final class Background {
    private Background() {}

    static <T> CompletableFuture<T> run(Callable<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        start(work, result);
        return result;
    }

    /** Does it so many times at once. */
    static <T> List<CompletableFuture<T>> all(int times, Callable<T> work) {
        List<CompletableFuture<T>> results = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            results.add(run(work));
        }
        return results;
    }

    private static <T> Thread start(Callable<T> work, CompletableFuture<T> result) {
        Thread thread = new Thread(
                () -> {
                    try {
                        result.complete(work.call());
                    } catch (Throwable failure) {
                        result.completeExceptionally(failure);
                    }
                },
                "background of a test");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Returns true if the thread waits in the system for a socket's data, which this method asked for. */
    static boolean isWaitingForData(Thread thread, String method) {
        List<String> methods = Arrays.stream(thread.getStackTrace())
                .map(StackTraceElement::getMethodName)
                .toList();
        // What a plain socket's read calls, and what a selector does.
        return !methods.isEmpty()
                && (methods.get(0).equals("poll") || methods.get(0).equals("wait"))
                && methods.contains(method);
    }
}
