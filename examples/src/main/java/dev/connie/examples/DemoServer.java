package dev.connie.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** An HTTP server that answers every request with the address at which it was reached. */
final class DemoServer implements AutoCloseable {
    private final ServerSocket listener;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "demo server");
        thread.setDaemon(true);
        return thread;
    });

    /** Serves what this listener accepts, beginning after a while. Closing the server closes the listener. */
    DemoServer(ServerSocket listener, Duration delay) {
        this.listener = listener;
        threads.submit(() -> {
            TimeUnit.NANOSECONDS.sleep(delay.toNanos());
            while (true) {
                Socket connection = listener.accept();
                connections.add(connection);
                threads.execute(() -> answer(connection));
            }
        });
    }

    int port() {
        return listener.getLocalPort();
    }

    private void answer(Socket connection) {
        try (connection) {
            BufferedReader request =
                    new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
            String line = request.readLine();
            if (line == null) {
                // Closed without a request, as the losers of a race are.
                return;
            }
            while (line != null && !line.isEmpty()) {
                line = request.readLine();
            }
            String body = connection.getLocalAddress().getHostAddress();
            String response = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + body.length()
                    + "\r\nConnection: close\r\n\r\n" + body;
            connection.getOutputStream().write(response.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException gone) {
            // The client went away; there is nobody to tell.
        } finally {
            connections.remove(connection);
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        threads.shutdownNow();
        for (Socket connection : connections) {
            connection.close();
        }
        try {
            // A thread in accept() keeps the port taken until it has woken up.
            threads.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
