package dev.connie;

import dev.connie.internal.drive.RaceSettings;
import dev.connie.race.RacePolicy;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The connectors of this process, for libraries that make a factory of a class's name, perhaps one for each connection. One
 * for each policy, made when first asked for and never closed, so that what is learned about an address stays known.
 */
final class ProcessConnectors {
    /** By the policy's name. Guarded by this class. */
    private static final Map<String, Connector> BY_POLICY = new HashMap<>();

    private ProcessConnectors() {}

    /** Returns the factory by system properties alone. */
    static RacingSocketFactory socketFactory() {
        return socketFactory(null);
    }

    /**
     * Returns the factory of the policy with this name; null or blank for what system properties say.
     *
     * @throws IllegalArgumentException if the argument or a property is bad; each time, as nothing is made then
     */
    static synchronized RacingSocketFactory socketFactory(@Nullable String argument) {
        RaceSettings settings = new RaceSettings(System::getProperty);
        String asked = argument == null ? "" : argument.strip();
        String setting = asked.isEmpty() ? "System property " + RaceSettings.POLICY : "The socket factory's argument";
        String name = asked.isEmpty() ? settings.policyName() : asked;
        Connector connector = BY_POLICY.get(name);
        if (connector == null) {
            connector = connector(RaceSettings.policy(setting, name), settings);
            BY_POLICY.put(name, connector);
        }
        return connector.socketFactory();
    }

    private static Connector connector(RacePolicy policy, RaceSettings settings) {
        return Connector.builder()
                .policy(policy)
                .maxAttemptsInFlight(settings.maxAttemptsInFlight(Connector.DEFAULT_MAX_ATTEMPTS_IN_FLIGHT))
                .raceToFirstByte(settings.raceToFirstByte(true))
                .build();
    }
}
