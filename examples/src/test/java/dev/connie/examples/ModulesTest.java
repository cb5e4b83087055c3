package dev.connie.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.Connector;
import dev.connie.httpclient5.ConnieConnectionManagerBuilder;
import dev.connie.okhttp.ConnieOkHttp;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import okhttp3.OkHttpClient;
import okio.ByteString;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.core5.http2.HttpVersionPolicy;
import org.apache.hc.core5.util.Timeout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;

/**
 * Each example, compiled and run as a module that requires one artifact of Connie, with nothing on the module path but that
 * artifact and what it needs.
 */
class ModulesTest {
    @TempDir
    private Path folder;

    @Test
    void aModuleNeedsNothingButConnie() throws Exception {
        try (ServerSocket server = listen()) {
            String port = String.valueOf(server.getLocalPort());

            assertThat(printedBy(SocketFactoryExample.class, "dev.connie", List.of(Connector.class), "localhost", port))
                    .startsWith("connected to localhost/127.0.0.1:" + port);
        }
    }

    @Test
    void aModuleUsesOkHttp() throws Exception {
        List<Class<?>> needed =
                List.of(Connector.class, ConnieOkHttp.class, OkHttpClient.class, ByteString.class, kotlin.Unit.class);

        assertThat(fetchedBy(OkHttpExample.class, "dev.connie.okhttp", needed)).endsWith("200\n127.0.0.1\n");
    }

    @ParameterizedTest
    @ValueSource(classes = {ApacheClassicExample.class, ApacheAsyncExample.class})
    void aModuleUsesApacheHttpClient(Class<?> example) throws Exception {
        List<Class<?>> needed = List.of(
                Connector.class,
                ConnieConnectionManagerBuilder.class,
                HttpGet.class,
                Timeout.class,
                HttpVersionPolicy.class,
                Logger.class);

        // Version 2 of SLF4J is a module that HttpClient, one by its name only, cannot say that it requires.
        assertThat(fetchedBy(example, "dev.connie.httpclient5; requires org.slf4j", needed))
                .endsWith("200\n127.0.0.1\n");
    }

    private String fetchedBy(Class<?> example, String required, List<Class<?>> needed) throws Exception {
        try (DemoServer server = new DemoServer(listen(), Duration.ZERO)) {
            return printedBy(example, required, needed, "http://localhost:" + server.port() + "/");
        }
    }

    private static ServerSocket listen() throws IOException {
        return new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    }

    /** Compiles an example and runs it, both on a module path of the jars that these classes come from. */
    private String printedBy(Class<?> example, String required, List<Class<?>> needed, String... args)
            throws Exception {
        List<String> path = new ArrayList<>(List.of(folder.toString()));
        for (Class<?> each : needed) {
            path.add(Path.of(each.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString());
        }
        String modulePath = String.join(System.getProperty("path.separator"), path);
        compile(example, required, modulePath);

        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-p",
                modulePath,
                "-m",
                "app/" + example.getName()));
        command.addAll(List.of(args));
        Process java = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(java.waitFor()).as(printed).isZero();
        return printed.replace(System.lineSeparator(), "\n");
    }

    private void compile(Class<?> example, String required, String modulePath) throws IOException {
        Path module =
                Files.writeString(folder.resolve("module-info.java"), "module app { requires " + required + "; }");
        StringWriter messages = new StringWriter();
        PrintWriter out = new PrintWriter(messages);
        int result = ToolProvider.findFirst("javac")
                .orElseThrow()
                .run(
                        out,
                        out,
                        "-Xlint:all",
                        "-Werror",
                        "-p",
                        modulePath,
                        "-d",
                        folder.resolve("app").toString(),
                        module.toString(),
                        "src/main/java/" + example.getName().replace('.', '/') + ".java");
        assertThat(result).as(messages.toString()).isZero();
    }
}
