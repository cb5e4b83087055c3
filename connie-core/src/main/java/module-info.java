/** Connects to a host by racing TCP connects to all of its addresses. */
module dev.connie {
    requires static transitive org.jspecify;

    exports dev.connie;
    exports dev.connie.race;
}
