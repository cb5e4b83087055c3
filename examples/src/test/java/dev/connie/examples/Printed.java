package dev.connie.examples;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What a program prints. */
final class Printed {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);

    interface Program {
        void main(String[] args) throws Exception;
    }

    /** Runs a program and returns what it printed on the standard output. */
    static String by(Program program, String... args) throws Exception {
        Printed printed = new Printed();
        PrintStream before = System.out;
        System.setOut(printed.stream);
        try {
            program.main(args);
        } finally {
            System.setOut(before);
        }
        return printed.toString();
    }

    PrintStream stream() {
        return stream;
    }

    @Override
    public String toString() {
        return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }
}
