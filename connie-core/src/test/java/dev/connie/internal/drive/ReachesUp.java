package dev.connie.internal.drive;

import dev.connie.Connector;
import dev.connie.internal.lineup.LineupBook;

/** What no class of this room may do: it knows a lineup and a door. Here for the rules to find. */
public final class ReachesUp {
    final Connector connector;
    final LineupBook lineup;

    ReachesUp(Connector connector, LineupBook lineup) {
        this.connector = connector;
        this.lineup = lineup;
    }
}
