/** Connects to a host by racing TCP connects to all of its addresses. */
// Micrometer and MySQL's driver are modules by their names only, and so not to be relied on transitively: who uses our
// classes
// for them requires them.
@SuppressWarnings("requires-automatic")
module dev.connie {
    // Not transitive, though it is in signatures: users would have to have it.
    requires static org.jspecify;
    // Races are recorded where there is a recorder.
    requires static jdk.jfr;
    // And counted where there is a registry: only dev.connie.micrometer needs it.
    requires static micrometer.core;
    // And names are asked for by Connie itself where there is a library for it: only dev.connie.dnsjava needs it.
    requires static org.dnsjava;
    // Only dev.connie.mysql needs it.
    requires static mysql.connector.j;

    exports dev.connie;
    exports dev.connie.dnsjava;
    exports dev.connie.micrometer;
    exports dev.connie.mysql;
    exports dev.connie.race;
}
