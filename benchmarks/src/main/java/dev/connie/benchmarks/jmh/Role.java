package dev.connie.benchmarks.jmh;

/** What a {@link PeerMain} does with a connection. The name's first letter is the connection's first byte. */
enum Role {
    /** Sends back what comes. */
    ECHO,
    /** Sends without end. */
    POUR,
    /** Reads without end. */
    DRAIN;

    byte code() {
        return (byte) name().charAt(0);
    }

    static Role of(int code) {
        for (Role role : values()) {
            if (role.code() == code) {
                return role;
            }
        }
        throw new IllegalArgumentException("no role: " + code);
    }
}
