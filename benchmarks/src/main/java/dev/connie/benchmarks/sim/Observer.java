package dev.connie.benchmarks.sim;

/** Is told what happens, as it happens. */
interface Observer {
    /** Observes nothing. */
    Observer NONE = (what, nanos, call, server) -> {};

    enum Event {
        /** An attempt started: the first SYN. */
        START,
        /** As {@link #START}, while another attempt was under way and none had failed since the latest start. */
        EXTRA_START,
        /** As {@link #EXTRA_START}, sooner after the latest start than RFC 8305 recommends. */
        EARLY_START,
        /** The SYN of an attempt was sent again. */
        RETRANSMISSION,
        WON,
        LOST,
        FAILED,
        TIMED_OUT;

        boolean isSyn() {
            return this == RETRANSMISSION || isStart();
        }

        boolean isStart() {
            return this == START || isExtra();
        }

        boolean isExtra() {
            return this == EXTRA_START || this == EARLY_START;
        }
    }

    void on(Event event, long nanos, Call call, Server server);
}
