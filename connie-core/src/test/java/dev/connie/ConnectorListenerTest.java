package dev.connie;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.race.RacePolicy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@link Connector#listener}: what a driver outside this module tells of its attempts and races. */
class ConnectorListenerTest {
    private static final InetSocketAddress ADDRESS = new InetSocketAddress(InetAddress.getLoopbackAddress(), 80);

    @Test
    void tellsTheListenerThatTheConnectorWasBuiltWith() {
        List<InetSocketAddress> started = new ArrayList<>();
        Connector connector = Connector.builder()
                .policy(RacePolicy.allAtOnce())
                .listener(new RaceListener() {
                    @Override
                    public void attemptStarted(InetSocketAddress address) {
                        started.add(address);
                    }
                })
                .build();

        connector.listener().attemptStarted(ADDRESS);

        assertThat(started).containsExactly(ADDRESS);
    }

    @Test
    void doesNothingIfThereIsNone() {
        Connector.builder().policy(RacePolicy.allAtOnce()).build().listener().attemptStarted(ADDRESS);
    }

    @Test
    void doesNotThrowWhatTheListenerThrows() throws InterruptedException {
        IllegalStateException bug = new IllegalStateException("a listener's bug");
        Connector connector = Connector.builder()
                .policy(RacePolicy.allAtOnce())
                .listener(new RaceListener() {
                    @Override
                    public void attemptStarted(InetSocketAddress address) {
                        throw bug;
                    }
                })
                .build();
        List<Throwable> uncaught = new ArrayList<>();
        List<String> wentOn = new ArrayList<>();
        Thread driver = new Thread(() -> {
            connector.listener().attemptStarted(ADDRESS);
            wentOn.add("yes");
        });
        driver.setUncaughtExceptionHandler((thread, thrown) -> uncaught.add(thrown));

        driver.start();
        driver.join();

        assertThat(uncaught).containsExactly(bug);
        assertThat(wentOn).containsExactly("yes");
    }
}
