package dev.connie.internal.observe;

import dev.connie.RaceListener;
import dev.connie.race.RacePolicy;
import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/**
 * The door to the events for JDK Flight Recorder: {@code dev.connie.Race}, {@code dev.connie.Attempt}, {@code
 * dev.connie.FirstByte} and {@code dev.connie.Regret}. Thread-safe.
 *
 * <p>Works without the module jdk.jfr, which some runtimes leave out. No class of an event is loaded until somebody
 * records: the first one takes the JVM 0.6 s and more (JDK 17 and 25), since it makes the recorder ready for use. When
 * a recording runs, the first race that it sees loads them, in some 30 ms.
 */
public final class FlightRecording {
    private static final boolean PRESENT = isPresent();

    // Written by any thread, once.
    private static volatile boolean broken;

    private FlightRecording() {}

    private static boolean isPresent() {
        try {
            Class.forName("jdk.jfr.FlightRecorder", false, FlightRecording.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError absent) {
            return false;
        }
    }

    /** Returns what records one race; null if nobody records races. */
    public static @Nullable RaceListener ofRace(RacePolicy policy) {
        if (!PRESENT || broken || !FlightRecorder.isInitialized()) {
            return null;
        }
        try {
            return RaceEvents.isEnabled() ? new RaceEvents(policy) : null;
        } catch (LinkageError outOfDescriptors) {
            // A class that could not be loaded once is missing for good, and no race is to fail for it.
            broken = true;
            return null;
        }
    }
}
