package dev.connie.benchmarks.lab;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Runs a program again in a network of its own: a Linux user and network namespace, in which it may create devices,
 * addresses and routes, and from which no packet leaves. It takes no root: the program {@code unshare} of util-linux
 * makes this user the root of the namespace and of nothing else, see user_namespaces(7) and network_namespaces(7).
 *
 * <p>A JVM cannot move there itself, for setns(2) and unshare(2) concern one thread, or refuse a process of several. So
 * the program is started anew, with this JVM's binary, options and class path.
 */
public final class Namespace {
    private static final String INSIDE = "connie.lab.inside";
    private static final Path TUN = Path.of("/dev/net/tun");
    private static final int PARENT_IS_GONE = 130;
    // A JVM that finds no IPv6 address at all when it starts does without IPv6 for good, and in a new namespace there
    // is
    // none, not even ::1, before the loopback device is up.
    private static final List<String> WITH_LOOPBACK =
            List.of("sh", "-c", "ip link set lo up && exec \"$@\"", "connie-lab");

    private Namespace() {}

    /** Whether this JVM was started by {@link #restart}. */
    public static boolean isInside() {
        return Boolean.getBoolean(INSIDE);
    }

    /** Returns in one sentence why {@link #restart} or {@link TunLab#open} cannot work here; empty if they can. */
    public static Optional<String> whyNot() {
        if (!Files.isReadable(TUN) || !Files.isWritable(TUN)) {
            return Optional.of("The WAN lab needs Linux and a user who may read and write " + TUN + ".");
        }
        try {
            unshare();
            return Optional.empty();
        } catch (IOException refused) {
            return Optional.of(String.valueOf(refused.getMessage()));
        }
    }

    /**
     * Runs a main class in a new namespace and waits until it ends. What it prints is printed here. It ends when this
     * JVM does, however that comes about, and when the calling thread is interrupted.
     *
     * @return its exit code
     * @throws IOException if no namespace is to be had; see {@link #whyNot}
     */
    public static int restart(Class<?> main, List<String> arguments) throws IOException, InterruptedException {
        Process process = command(main, arguments)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            return process.waitFor();
        } finally {
            process.destroyForcibly();
        }
    }

    /** What {@link #restart} starts. The program ends when what is started loses its standard input. */
    static ProcessBuilder command(Class<?> main, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(unshare());
        command.addAll(WITH_LOOPBACK);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                // A second debugger would wait for the port of the first, which is in another network.
                .filter(option -> !option.startsWith("-agentlib:jdwp") && !option.startsWith("-Xrunjdwp"))
                .forEach(command::add);
        // JNA loads a library, of which JDK 24 and later warn without this.
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-D" + INSIDE + "=true"));
        command.addAll(
                List.of("-cp", System.getProperty("java.class.path"), Namespace.class.getName(), main.getName()));
        command.addAll(arguments);
        return new ProcessBuilder(command);
    }

    /** Has the program {@code ip} carry out its commands, one after another. */
    static void ip(List<String> commands) throws IOException {
        Optional<String> refusal = refusal(String.join("\n", commands), List.of("ip", "-batch", "-"));
        if (refusal.isPresent()) {
            throw new IOException("ip: " + refusal.get());
        }
    }

    /** Returns what to write before a command that is to run in a namespace. */
    private static List<String> unshare() throws IOException {
        // To bring a device up shows that the namespace's root may do what a root does: where AppArmor restricts user
        // namespaces, as on Ubuntu, it may grant one and then deny every capability in it.
        String refused = "";
        // A container may forbid user namespaces and yet have a root who needs none.
        for (List<String> unshare : List.of(List.of("unshare", "-Urn"), List.of("unshare", "-n"))) {
            List<String> command = new ArrayList<>(unshare);
            command.addAll(List.of("ip", "link", "set", "lo", "up"));
            Optional<String> refusal = refusal("", command);
            if (refusal.isEmpty()) {
                return unshare;
            }
            refused += (refused.isEmpty() ? "" : "; ") + refusal.get();
        }
        throw new IOException("The WAN lab needs a user namespace and the program ip of iproute2: " + refused);
    }

    /** Runs a program that ends by itself and at once; returns what it said if it failed. */
    private static Optional<String> refusal(String input, List<String> command) throws IOException {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new IOException("The WAN lab needs the program " + command.get(0) + ": " + e.getMessage(), e);
        }
        try {
            process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                return Optional.of(String.join(" ", command) + " did not end");
            }
            return process.exitValue() == 0 ? Optional.empty() : Optional.of(said);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        } finally {
            process.destroyForcibly();
        }
    }

    /**
     * What {@link #command} starts: runs the main of the class that the first argument names with the others, and sees
     * to it that this program ends with the one that started it.
     */
    public static void main(String[] args) throws Throwable {
        Thread watch = new Thread(Namespace::haltWithParent, "connie-namespace-parent");
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
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException ignored) {
            // Then the pipe is gone as well.
        }
        Runtime.getRuntime().halt(PARENT_IS_GONE);
    }
}
