/** Connects to a host by racing TCP connects to all of its addresses. */
module dev.connie {
    requires static transitive org.jspecify;
    // Races are recorded where there is a recorder.
    requires static jdk.jfr;

    exports dev.connie;
    exports dev.connie.race;
}
