package dev.connie.benchmarks;

import dev.connie.Connector;
import dev.connie.benchmarks.Contender.Kind;
import dev.connie.benchmarks.Contender.Site;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** HTTP clients, as they come and with Connie. */
final class HttpContenders {
    private HttpContenders() {}

    private interface Client {
        /** @param connie what races its connects; null for the client as it comes */
        Contender open(Site site, @Nullable Connector connie);
    }

    /** All of them; where nobody knows the fastest address, without the oracle. */
    static List<Kind> all(boolean withOracle) {
        var all = new ArrayList<Kind>();
        add(all, "OkHttp", OkHttpContender::new, Policy.RACED);
        add(all, "HttpClient", ApacheContender::new, Policy.RACED);
        add(all, "HttpClient async", ApacheAsyncContender::new, List.of(Policy.ALL_AT_ONCE));
        all.add(new Kind("java.net.http", JavaNetHttpContender::new));
        if (withOracle) {
            all.add(new Kind("oracle", OkHttpContender::oracle));
        }
        return all;
    }

    private static void add(List<Kind> all, String name, Client client, List<Policy> policies) {
        all.add(new Kind(name, site -> client.open(site, null)));
        for (Policy policy : policies) {
            String suffix = policy == Policy.ALL_AT_ONCE ? "" : " " + policy.name();
            all.add(new Kind(name + " + Connie" + suffix, site -> client.open(site, site.connector(policy))));
        }
    }
}
