package dev.connie.examples;

import dev.connie.httpclient5.ConnieConnectionManagerBuilder;
import jakarta.ws.rs.client.Client;
import jakarta.ws.rs.client.ClientBuilder;
import org.glassfish.jersey.apache5.connector.Apache5ClientProperties;
import org.glassfish.jersey.apache5.connector.Apache5ConnectorProvider;
import org.glassfish.jersey.client.ClientConfig;

/** Fetches a page with Jersey, over Apache HttpClient 5 with Connie in it. */
public final class JerseyExample {
    private JerseyExample() {}

    public static void main(String[] args) {
        ClientConfig config = new ClientConfig()
                .connectorProvider(new Apache5ConnectorProvider())
                .property(
                        Apache5ClientProperties.CONNECTION_MANAGER,
                        ConnieConnectionManagerBuilder.create().build());
        Client client = ClientBuilder.newClient(config);
        System.out.println(client.target(args[0]).request().get(String.class));
        client.close();
    }
}
