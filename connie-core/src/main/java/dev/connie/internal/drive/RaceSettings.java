package dev.connie.internal.drive;

import dev.connie.race.Race;
import dev.connie.race.RacePolicy;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What makes and limits races, as properties say it, for who cannot call a builder. A bad value is an {@link
 * IllegalArgumentException} that names the property, the value and what is allowed.
 */
public final class RaceSettings {
    public static final String POLICY = "dev.connie.policy";
    public static final String MAX_ATTEMPTS_IN_FLIGHT = "dev.connie.maxAttemptsInFlight";
    public static final String MAX_EXTRA_ATTEMPTS = "dev.connie.maxExtraAttempts";
    public static final String RACE_TO_FIRST_BYTE = "dev.connie.raceToFirstByte";

    private static final String ADAPTIVE = "adaptive";

    private final Function<String, @Nullable String> properties;

    /**
     * @param properties value by name; null if it is not set
     */
    public RaceSettings(Function<String, @Nullable String> properties) {
        this.properties = properties;
    }

    /** Returns the name of the policy, whatever it is; the one that learns unless set. */
    public String policyName() {
        String value = value(POLICY);
        return value == null ? ADAPTIVE : value;
    }

    /**
     * Returns a new policy of this name.
     *
     * @param setting what said so, for the message
     */
    public static RacePolicy policy(String setting, String name) {
        return switch (name) {
            case ADAPTIVE -> RacePolicy.adaptive();
            case "allAtOnce" -> RacePolicy.allAtOnce();
            case "rfc8305" -> RacePolicy.rfc8305();
            default -> throw bad(setting, name, "adaptive, allAtOnce or rfc8305");
        };
    }

    /** Returns how many attempts of one race may be under way at once. */
    public int maxAttemptsInFlight(int unlessSet) {
        return number(MAX_ATTEMPTS_IN_FLIGHT, 1, Race.MAX_ADDRESSES, unlessSet);
    }

    /** Returns how many attempts beyond the first of each race the process may have under way. */
    public int maxExtraAttempts(int unlessSet) {
        return number(MAX_EXTRA_ATTEMPTS, 0, Integer.MAX_VALUE, unlessSet);
    }

    private int number(String property, int least, int most, int unlessSet) {
        String value = value(property);
        if (value == null) {
            return unlessSet;
        }
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException ignored) {
            // Said below, with the name of the property.
        }
        throw bad("System property " + property, value, "a whole number from " + least + " to " + most);
    }

    /** Returns whether the race of a socket goes on until the server speaks. */
    public boolean raceToFirstByte(boolean unlessSet) {
        String value = value(RACE_TO_FIRST_BYTE);
        if (value == null) {
            return unlessSet;
        }
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw bad("System property " + RACE_TO_FIRST_BYTE, value, "true or false");
        };
    }

    /** Empty is not set: it is what a start script with a variable that is not set says. */
    private @Nullable String value(String name) {
        String value = properties.apply(name);
        return value == null || value.isBlank() ? null : value.strip();
    }

    private static IllegalArgumentException bad(String setting, String value, String allowed) {
        return new IllegalArgumentException(setting + " is \"" + value + "\": it must be " + allowed);
    }
}
